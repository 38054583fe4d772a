using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// Convolutions of images with one channel, as a network's first one often is. Their sums are short, so as products of matrices they
/// would be padding for the most part; what bounds them is that the output is written, or its gradient read.
/// </summary>
internal sealed class OneChannelConvKernels(KernelLoader loader)
{
    /// <summary>The filters of a group: a warp reads them at once.</summary>
    private const int Filters = 32;

    /// <summary>The pixels that a group reads at once.</summary>
    private const int Lanes = 8;

    /// <summary>The pixels of a thread, forward.</summary>
    private const int Run = 4;

    /// <summary>The terms of which a thread has the sums in registers: a 3x3 kernel's nine and three to spare.</summary>
    private const int Terms = 12;

    /// <summary>The parts that the pixels are cut into at most, and the fewest pixels of one.</summary>
    private const int MostParts = 400, LeastPart = 64;

    private readonly PartSumKernels _parts = new(loader);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _forward =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(ForwardKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, ConvSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _weights =
        loader.Load<Action<AcceleratorStream, KernelConfig, ConvSizes, int, Gradient, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(
            BackwardWeightsKernel);

    /// <summary>Whether the forward pass is one of these.</summary>
    public static bool CanForward(in Conv2DShape shape) => shape.Channels == 1;

    /// <summary>Whether the gradient of the weights is one of these: every pixel has all its terms.</summary>
    public static bool CanBackward(in Conv2DShape shape) => shape.Channels == 1 && !shape.IsPadded;

    /// <summary>The elements of scratch that <see cref="BackwardWeights"/> takes.</summary>
    public static long ScratchCount(in Conv2DShape shape, int images) =>
        (long)MostPartsOf(images * shape.OutHeight * shape.OutWidth) * GradientOutput.PartCount(shape.TermCount, shape.Filters);

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, ArrayView<float> weights, BiasEpilogue epilogue,
        ArrayView<float> output)
    {
        var s = new ConvSizes(shape, images);
        _forward.Next(stream, Grid1D.Of(images * s.OutHeight * TileChoice.Count(s.OutWidth, Run) * TileChoice.Count(s.Filters, 4)), s, epilogue.IsRelu ? 1 : 0, input, weights, epilogue.Bias, output);
    }

    /// <summary>dw and dbias.</summary>
    public void BackwardWeights(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, in DeviceGradient dOutput, ArrayView<float> dWeights,
        ArrayView<float> dBias, ArrayView<float> scratch)
    {
        var s = new ConvSizes(shape, images);
        int partPixels = TileChoice.Count(s.WindowPixels, MostPartsOf(s.WindowPixels));
        int parts = TileChoice.Count(s.WindowPixels, partPixels);
        var grid = new Index3D(parts, TileChoice.Count(s.Filters, Filters), TileChoice.Count(s.Terms, Terms));
        _weights.Next(
            stream, new KernelConfig(grid, new Index3D(Filters * Lanes, 1, 1)), s, partPixels, dOutput.Source, input, dOutput.Values, dOutput.ReluOutput, scratch);
        _parts.Gradients(stream, parts, shape.WeightCount, s.Filters, scratch, dWeights, dBias);
    }

    /// <summary>
    /// One thread four filters of four neighbouring pixels, which share its weights: eight threads read the same pixels of x, and the same weights
    /// are read by all.
    /// </summary>
    public static void ForwardKernel(
        ConvSizes s, int isRelu, ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output)
    {
        int quads = (s.Filters + 3) / 4, runs = (s.OutWidth + Run - 1) / Run;
        int run = Grid1D.Index / quads, filter = (Grid1D.Index - (run * quads)) * 4;
        int row = run / runs, n = row / s.OutHeight;
        if (n >= s.Images)
        {
            return;
        }

        int j = (run - (row * runs)) * Run;
        int top = ((row - (n * s.OutHeight)) * s.StrideY) - s.PadTop, left = (j * s.StrideX) - s.PadLeft;
        Float4 sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int u = 0; u < s.KernelHeight; u++)
        {
            int y = top + (u * s.DilationY);
            if ((uint)y < (uint)s.Height)
            {
                int at = ((n * s.Height) + y) * s.Width;
                for (int v = 0; v < s.KernelWidth; v++)
                {
                    Float4 w = Rows.Load(weights, (((u * s.KernelWidth) + v) * s.Filters) + filter, filter, s.Filters);
                    int x = left + (v * s.DilationX);
                    sum0 = Add(sum0, s, input, at, x, w);
                    sum1 = Add(sum1, s, input, at, x + s.StrideX, w);
                    sum2 = Add(sum2, s, input, at, x + (2 * s.StrideX), w);
                    sum3 = Add(sum3, s, input, at, x + (3 * s.StrideX), w);
                }
            }
        }

        Float4 b = Rows.Load(bias, filter, filter, s.Filters);
        int to = (((row * s.OutWidth) + j) * s.Filters) + filter;
        Put(s, output, isRelu, j, to, filter, Float4.Add(sum0, b));
        Put(s, output, isRelu, j + 1, to + s.Filters, filter, Float4.Add(sum1, b));
        Put(s, output, isRelu, j + 2, to + (2 * s.Filters), filter, Float4.Add(sum2, b));
        Put(s, output, isRelu, j + 3, to + (3 * s.Filters), filter, Float4.Add(sum3, b));
    }

    /// <summary>
    /// A group sums 32 filters' gradients of 12 terms over a part of the pixels: a thread has one filter and every eighth pixel, then the eight
    /// are added in order.
    /// </summary>
    public static void BackwardWeightsKernel(
        ConvSizes s, int partPixels, Gradient source, ArrayView<float> input, ArrayView<float> dOutput, ArrayView<float> reluOutput, ArrayView<float> parts)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>((Terms + 1) * Lanes * Filters);
        int lane = Group.IdxX / Filters, inGroup = Group.IdxX % Filters;
        int filter = (Grid.IdxY * Filters) + inGroup, firstTerm = Grid.IdxZ * Terms;
        int first = Grid.IdxX * partPixels;
        int end = first + partPixels < s.WindowPixels ? first + partPixels : s.WindowPixels;
        var memory = new OperandMemory(dOutput, reluOutput, dOutput.Cast<byte>());

        // In registers the compiler does not keep them: it moves the divisions that they are made of into the loop.
        ArrayView<int> t = SharedMemory.Allocate<int>(Terms);
        if (Group.IdxX < Terms)
        {
            t[Group.IdxX] = Offset(s, firstTerm + Group.IdxX);
        }

        Group.Barrier();
        int pixel = first + lane;
        int row = pixel / s.OutWidth, n = row / s.OutHeight;
        int i = row - (n * s.OutHeight), j = pixel - (row * s.OutWidth);
        Float4 sum0 = default, sum1 = default, sum2 = default;
        float biasSum = 0;
        if (filter < s.Filters)
        {
            for (; pixel < end; pixel += Lanes)
            {
                float dz = Gradient.At(source, memory, (pixel * s.Filters) + filter);
                int x = (((n * s.Height) + (i * s.StrideY)) * s.Width) + (j * s.StrideX);
                sum0 = Float4.MultiplyAdd(dz, new Float4(input[x + t[0]], input[x + t[1]], input[x + t[2]], input[x + t[3]]), sum0);
                sum1 = Float4.MultiplyAdd(dz, new Float4(input[x + t[4]], input[x + t[5]], input[x + t[6]], input[x + t[7]]), sum1);
                sum2 = Float4.MultiplyAdd(dz, new Float4(input[x + t[8]], input[x + t[9]], input[x + t[10]], input[x + t[11]]), sum2);
                biasSum += dz;
                j += Lanes;
                while (j >= s.OutWidth)
                {
                    j -= s.OutWidth;
                    i++;
                    if (i == s.OutHeight)
                    {
                        i = 0;
                        n++;
                    }
                }
            }
        }

        int at = (lane * Filters) + inGroup;
        Put(sums, at, sum0);
        Put(sums, at + (4 * Lanes * Filters), sum1);
        Put(sums, at + (8 * Lanes * Filters), sum2);
        sums[at + (Terms * Lanes * Filters)] = biasSum;
        Group.Barrier();
        for (int term = lane; term <= Terms; term += Lanes)
        {
            bool isBias = term == Terms;
            if (filter < s.Filters && (isBias ? firstTerm == 0 : firstTerm + term < s.Terms))
            {
                float sum = 0;
                for (int other = 0; other < Lanes; other++)
                {
                    sum += sums[(((term * Lanes) + other) * Filters) + inGroup];
                }

                int to = isBias ? s.Terms : firstTerm + term;
                parts[(Grid.IdxX * GradientOutput.PartCount(s.Terms, s.Filters)) + (to * s.Filters) + filter] = sum;
            }
        }
    }

    /// <summary>Where a term lies from the first one of its pixel; those behind the last are read as the first, and not stored.</summary>
    private static int Offset(ConvSizes s, int term) => term < s.Terms ? (term / s.KernelWidth * s.DilationY * s.Width) + (term % s.KernelWidth * s.DilationX) : 0;

    /// <summary>A sum with a pixel of the image times the weights of four filters.</summary>
    private static Float4 Add(Float4 sum, ConvSizes s, ArrayView<float> input, int row, int x, Float4 w) =>
        (uint)x < (uint)s.Width ? Float4.MultiplyAdd(input[row + x], w, sum) : sum;

    private static void Put(ConvSizes s, ArrayView<float> output, int isRelu, int j, int to, int filter, Float4 value)
    {
        if (j < s.OutWidth)
        {
            Rows.Store(output, to, filter, s.Filters, isRelu == 0 ? value : Rows.Relu(value));
        }
    }

    private static void Put(ArrayView<float> sums, int at, Float4 value)
    {
        sums[at] = value.X;
        sums[at + (Lanes * Filters)] = value.Y;
        sums[at + (2 * Lanes * Filters)] = value.Z;
        sums[at + (3 * Lanes * Filters)] = value.W;
    }

    private static int MostPartsOf(int pixels) => Math.Clamp(pixels / LeastPart, 1, MostParts);
}
