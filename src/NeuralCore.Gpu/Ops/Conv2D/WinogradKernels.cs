using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A 3x3 convolution by Winograd's F(4x4, 3x3): a quarter of the multiplications. <see cref="WinogradTransforms"/> says where the formula is. For
/// some images at a time
/// <code>
/// V = tiles x (36 places x channels)     a thread transforms the 6x6 pixels under a tile, of one channel
/// M = 36 places x (tiles x filters)      one product: its inner dimension is cut into the places, whose sums are not added
/// y                                      a thread transforms the 36 sums of a filter to 4x4 pixels, or on to four windows of a pooling
/// </code>
/// and beside the first V U, 36 places x (channels x filters), of the weights: neither waits for the other, so one launch does for both.
/// </summary>
internal sealed class WinogradKernels(KernelLoader loader, TileChoice tiles)
{
    /// <summary>The bytes that V and M may take: about what a large device's cache holds.</summary>
    private const long MostBytes = 64 << 20;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, WinogradSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _transform =
        loader.Load<Action<AcceleratorStream, KernelConfig, WinogradSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(TransformKernel);

    private readonly Product<InnerContiguous<Plain>, MatrixCursor, OuterContiguous<Plain>, MatrixCursor, ProductOutput> _product = new(loader, tiles);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, WinogradSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>> _output =
        loader.Load<Action<AcceleratorStream, KernelConfig, WinogradSizes, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(OutputKernel);

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, WinogradSizes, WindowEpilogue, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>>> _pooled =
        loader.Load<Action<AcceleratorStream, KernelConfig, WinogradSizes, WindowEpilogue, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>>>(PooledKernel);

    /// <summary>Whether a convolution can be computed this way: 3x3, no strides, channels and filters multiples of 16 as on the CPU.</summary>
    public static bool Can(in Conv2DShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, IsDilated: false } && shape.Channels % Product4x4.Step == 0 && shape.Filters % Product4x4.Step == 0;

    /// <summary>Whether every window of the pooling behind it lies in one tile, too.</summary>
    public static bool Can(in Conv2DMaxPoolShape shape) =>
        Can(shape.Conv) && shape.Pool is { PoolHeight: 2, PoolWidth: 2, StrideY: 2, StrideX: 2 };

    /// <summary>The elements of U.</summary>
    public static long WeightCount(in Conv2DShape shape) => (long)WinogradSizes.Places * shape.Channels * shape.Filters;

    /// <summary>The elements of V and M.</summary>
    public static long ScratchCount(in Conv2DShape shape, int images) => Math.Min(images, MostImages(shape)) * ImageCount(shape);

    /// <summary>U of the weights.</summary>
    public void Prepare(AcceleratorStream stream, in Conv2DShape shape, ArrayView<float> weights, ArrayView<float> transformed)
    {
        int count = shape.Channels * shape.Filters;
        _transform.Next(stream, Grid1D.Of(count), new WinogradSizes(new ConvSizes(shape, 0), 0, 0), count, weights, transformed, weights, transformed);
    }

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    public void Forward(
        AcceleratorStream stream, in Conv2DShape shape, int images, ArrayView<float> input, WinogradWeights weights, BiasEpilogue epilogue,
        ArrayView<float> output, ArrayView<float> scratch)
    {
        var sizes = new ConvSizes(shape, images);
        for (var s = new WinogradSizes(sizes, 0, MostImages(shape)); s.Images > 0; s = s.Next)
        {
            ArrayView<float> products = Products(stream, s, input, weights, scratch);
            _output.Next(stream, Grid1D.Of(s.Tiles * sizes.Filters), s, epilogue.IsRelu ? 1 : 0, products, epilogue.Bias, output);
        }
    }

    /// <summary>y = dropout(max-pool(activation(conv(x, w) + bias))), and the winners, unless there is no room for any.</summary>
    public void PooledForward(
        AcceleratorStream stream, in Conv2DMaxPoolShape shape, int images, ArrayView<float> input, WinogradWeights weights, BiasEpilogue epilogue,
        in DevicePooledResult output, ArrayView<float> scratch)
    {
        var sizes = new ConvSizes(shape, images);
        var window = new WindowEpilogue(epilogue.IsRelu, output.Dropout);
        for (var s = new WinogradSizes(sizes, 0, MostImages(shape.Conv)); s.Images > 0; s = s.Next)
        {
            ArrayView<float> products = Products(stream, s, input, weights, scratch);
            _pooled.Next(stream, Grid1D.Of(s.Tiles * sizes.Filters), s, window, products, epilogue.Bias, output.Values, output.Winners);
        }
    }

    /// <summary>One thread a tile and channel, a warp's threads neighbours in memory; behind them one a channel and filter of the weights.</summary>
    public static void TransformKernel(
        WinogradSizes s, int weightCount, ArrayView<float> input, ArrayView<float> transformed, ArrayView<float> weights, ArrayView<float> transformedWeights)
    {
        int i = Grid1D.Index, count = s.Tiles * s.Conv.Channels;
        if (i < count)
        {
            TransformTile(s, i / s.Conv.Channels, i % s.Conv.Channels, input, transformed);
        }
        else if (i - count < weightCount)
        {
            TransformWeights(i - count, weightCount, weights, transformedWeights);
        }
    }

    /// <summary>One thread a tile and filter.</summary>
    public static void OutputKernel(WinogradSizes s, int isRelu, ArrayView<float> products, ArrayView<float> bias, ArrayView<float> output)
    {
        int tile = Grid1D.Index / s.Conv.Filters, filter = Grid1D.Index - (tile * s.Conv.Filters);
        if (tile >= s.Tiles)
        {
            return;
        }

        TilePlace place = s.PlaceOf(tile);
        Block4x4 sums = SumsOf(s, products, tile, filter);
        PutRow(s.Conv, output, place, 0, filter, isRelu, sums.Row0, bias[filter]);
        PutRow(s.Conv, output, place, 1, filter, isRelu, sums.Row1, bias[filter]);
        PutRow(s.Conv, output, place, 2, filter, isRelu, sums.Row2, bias[filter]);
        PutRow(s.Conv, output, place, 3, filter, isRelu, sums.Row3, bias[filter]);
    }

    /// <summary>The same with 2x2 windows: what lies between the convolution and the pooling is never written.</summary>
    public static void PooledKernel(
        WinogradSizes s, WindowEpilogue epilogue, ArrayView<float> products, ArrayView<float> bias, ArrayView<float> output, ArrayView<byte> winners)
    {
        int tile = Grid1D.Index / s.Conv.Filters, filter = Grid1D.Index - (tile * s.Conv.Filters);
        if (tile >= s.Tiles)
        {
            return;
        }

        TilePlace place = s.PlaceOf(tile);
        Block4x4 sums = SumsOf(s, products, tile, filter);
        float b = bias[filter];
        Float4 upper = sums.Row0, upper2 = sums.Row1, lower = sums.Row2, lower2 = sums.Row3;
        PutWindow(s.Conv, epilogue, output, winners, place, 0, 0, filter, b, upper.X, upper.Y, upper2.X, upper2.Y);
        PutWindow(s.Conv, epilogue, output, winners, place, 0, 1, filter, b, upper.Z, upper.W, upper2.Z, upper2.W);
        PutWindow(s.Conv, epilogue, output, winners, place, 1, 0, filter, b, lower.X, lower.Y, lower2.X, lower2.Y);
        PutWindow(s.Conv, epilogue, output, winners, place, 1, 1, filter, b, lower.Z, lower.W, lower2.Z, lower2.W);
    }

    private static long ImageCount(in Conv2DShape shape) =>
        (long)WinogradSizes.TilesAlong(shape.OutHeight) * WinogradSizes.TilesAlong(shape.OutWidth) * WinogradSizes.Places * (shape.Channels + shape.Filters);

    private static int MostImages(in Conv2DShape shape) => (int)Math.Max(1, MostBytes / sizeof(float) / ImageCount(shape));

    /// <summary>V and M of some images; M is what is returned.</summary>
    private ArrayView<float> Products(AcceleratorStream stream, WinogradSizes s, ArrayView<float> input, WinogradWeights weights, ArrayView<float> scratch)
    {
        int tileCount = s.Tiles * s.Conv.Channels, weightCount = s.FirstImage == 0 && !weights.AreTransformed ? s.Conv.Channels * s.Conv.Filters : 0;
        int inner = WinogradSizes.Places * s.Conv.Channels;
        ArrayView<float> products = scratch.SubView((long)s.Tiles * inner);
        _transform.Next(stream, Grid1D.Of(tileCount + weightCount), s, weightCount, input, scratch, weights.Values, weights.Transformed);
        var memory = new ProductMemory(scratch, weights.Transformed, scratch, scratch.Cast<byte>(), products, products, products, products);
        _product.Run(
            stream, memory, new(default, s.Tiles, inner), new(default, s.Conv.Filters, inner), new(s.Tiles, s.Conv.Filters, 0, 0),
            new ProductSizes(s.Tiles, s.Conv.Filters, new InnerSizes(inner, s.Conv.Channels), WinogradSizes.Places));
        return products;
    }

    private static void TransformWeights(int i, int count, ArrayView<float> weights, ArrayView<float> transformed)
    {
        Six column0 = WinogradTransforms.Weights(weights[i], weights[i + (3 * count)], weights[i + (6 * count)]);
        Six column1 = WinogradTransforms.Weights(weights[i + count], weights[i + (4 * count)], weights[i + (7 * count)]);
        Six column2 = WinogradTransforms.Weights(weights[i + (2 * count)], weights[i + (5 * count)], weights[i + (8 * count)]);
        PutWeights(transformed, i, count, 0, WinogradTransforms.Weights(column0.A, column1.A, column2.A));
        PutWeights(transformed, i, count, 1, WinogradTransforms.Weights(column0.B, column1.B, column2.B));
        PutWeights(transformed, i, count, 2, WinogradTransforms.Weights(column0.C, column1.C, column2.C));
        PutWeights(transformed, i, count, 3, WinogradTransforms.Weights(column0.D, column1.D, column2.D));
        PutWeights(transformed, i, count, 4, WinogradTransforms.Weights(column0.E, column1.E, column2.E));
        PutWeights(transformed, i, count, 5, WinogradTransforms.Weights(column0.F, column1.F, column2.F));
    }

    private static void PutWeights(ArrayView<float> transformed, int i, int count, int row, Six values)
    {
        float scale = WinogradTransforms.WeightScale(row);
        int at = i + (6 * row * count);
        transformed[at] = values.A * (scale * WinogradTransforms.WeightScale(0));
        transformed[at + count] = values.B * (scale * WinogradTransforms.WeightScale(1));
        transformed[at + (2 * count)] = values.C * (scale * WinogradTransforms.WeightScale(2));
        transformed[at + (3 * count)] = values.D * (scale * WinogradTransforms.WeightScale(3));
        transformed[at + (4 * count)] = values.E * (scale * WinogradTransforms.WeightScale(4));
        transformed[at + (5 * count)] = values.F * (scale * WinogradTransforms.WeightScale(5));
    }

    private static void TransformTile(WinogradSizes s, int tile, int c, ArrayView<float> input, ArrayView<float> transformed)
    {
        TilePlace place = s.PlaceOf(tile);
        int y = place.Row - s.Conv.PadTop, x = place.Column - s.Conv.PadLeft;
        Six column0 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x, c));
        Six column1 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x + 1, c));
        Six column2 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x + 2, c));
        Six column3 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x + 3, c));
        Six column4 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x + 4, c));
        Six column5 = WinogradTransforms.Input(PixelsAt(s.Conv, input, place.Image, y, x + 5, c));
        int at = (tile * WinogradSizes.Places * s.Conv.Channels) + c, row = 6 * s.Conv.Channels;
        PutInput(transformed, at, s.Conv.Channels, new Six(column0.A, column1.A, column2.A, column3.A, column4.A, column5.A));
        PutInput(transformed, at + row, s.Conv.Channels, new Six(column0.B, column1.B, column2.B, column3.B, column4.B, column5.B));
        PutInput(transformed, at + (2 * row), s.Conv.Channels, new Six(column0.C, column1.C, column2.C, column3.C, column4.C, column5.C));
        PutInput(transformed, at + (3 * row), s.Conv.Channels, new Six(column0.D, column1.D, column2.D, column3.D, column4.D, column5.D));
        PutInput(transformed, at + (4 * row), s.Conv.Channels, new Six(column0.E, column1.E, column2.E, column3.E, column4.E, column5.E));
        PutInput(transformed, at + (5 * row), s.Conv.Channels, new Six(column0.F, column1.F, column2.F, column3.F, column4.F, column5.F));
    }

    /// <summary>Six pixels one below the other; beyond the image they are zeros.</summary>
    private static Six PixelsAt(ConvSizes s, ArrayView<float> input, int image, int y, int x, int channel)
    {
        int at = (((((image * s.Height) + y) * s.Width) + x) * s.Channels) + channel, row = s.Width * s.Channels;
        bool isInside = (uint)x < (uint)s.Width;
        return new Six(
            isInside && (uint)y < (uint)s.Height ? input[at] : 0,
            isInside && (uint)(y + 1) < (uint)s.Height ? input[at + row] : 0,
            isInside && (uint)(y + 2) < (uint)s.Height ? input[at + (2 * row)] : 0,
            isInside && (uint)(y + 3) < (uint)s.Height ? input[at + (3 * row)] : 0,
            isInside && (uint)(y + 4) < (uint)s.Height ? input[at + (4 * row)] : 0,
            isInside && (uint)(y + 5) < (uint)s.Height ? input[at + (5 * row)] : 0);
    }

    private static void PutInput(ArrayView<float> transformed, int at, int channels, Six row)
    {
        Six values = WinogradTransforms.Input(row);
        transformed[at] = values.A;
        transformed[at + channels] = values.B;
        transformed[at + (2 * channels)] = values.C;
        transformed[at + (3 * channels)] = values.D;
        transformed[at + (4 * channels)] = values.E;
        transformed[at + (5 * channels)] = values.F;
    }

    /// <summary>A' M A of a tile and filter.</summary>
    private static Block4x4 SumsOf(WinogradSizes s, ArrayView<float> products, int tile, int filter)
    {
        int at = (tile * s.Conv.Filters) + filter, place = s.Tiles * s.Conv.Filters;
        Float4 column0 = SumsOfColumn(products, at, place);
        Float4 column1 = SumsOfColumn(products, at + place, place);
        Float4 column2 = SumsOfColumn(products, at + (2 * place), place);
        Float4 column3 = SumsOfColumn(products, at + (3 * place), place);
        Float4 column4 = SumsOfColumn(products, at + (4 * place), place);
        Float4 column5 = SumsOfColumn(products, at + (5 * place), place);
        return new Block4x4(
            WinogradTransforms.Output(new Six(column0.X, column1.X, column2.X, column3.X, column4.X, column5.X)),
            WinogradTransforms.Output(new Six(column0.Y, column1.Y, column2.Y, column3.Y, column4.Y, column5.Y)),
            WinogradTransforms.Output(new Six(column0.Z, column1.Z, column2.Z, column3.Z, column4.Z, column5.Z)),
            WinogradTransforms.Output(new Six(column0.W, column1.W, column2.W, column3.W, column4.W, column5.W)));
    }

    private static Float4 SumsOfColumn(ArrayView<float> products, int at, int place) => WinogradTransforms.Output(new Six(
        products[at], products[at + (6 * place)], products[at + (12 * place)], products[at + (18 * place)], products[at + (24 * place)],
        products[at + (30 * place)]));

    /// <summary>The pixels of a row of a tile, of those that the image has.</summary>
    private static void PutRow(ConvSizes s, ArrayView<float> output, TilePlace place, int u, int filter, int isRelu, Float4 sums, float bias)
    {
        if (place.Row + u >= s.OutHeight)
        {
            return;
        }

        int at = (((((place.Image * s.OutHeight) + place.Row + u) * s.OutWidth) + place.Column) * s.Filters) + filter;
        output[at] = Activation(isRelu, sums.X + bias);
        if (place.Column + 1 < s.OutWidth)
        {
            output[at + s.Filters] = Activation(isRelu, sums.Y + bias);
        }

        if (place.Column + 2 < s.OutWidth)
        {
            output[at + (2 * s.Filters)] = Activation(isRelu, sums.Z + bias);
        }

        if (place.Column + 3 < s.OutWidth)
        {
            output[at + (3 * s.Filters)] = Activation(isRelu, sums.W + bias);
        }
    }

    /// <summary>Window (u, v) of a tile, if the image has it.</summary>
    private static void PutWindow(
        ConvSizes s, WindowEpilogue epilogue, ArrayView<float> output, ArrayView<byte> winners, TilePlace place, int u, int v, int filter, float bias, float sum0,
        float sum1, float sum2, float sum3)
    {
        int i = (place.Row / 2) + u, j = (place.Column / 2) + v;
        if (i < s.PooledHeight && j < s.PooledWidth)
        {
            int at = (((((place.Image * s.PooledHeight) + i) * s.PooledWidth) + j) * s.Filters) + filter;
            Maximum best = epilogue.Largest(bias, sum0, sum1, sum2, sum3);
            output[at] = epilogue.Drop(at, best.Value);
            if (winners.Length > 0)
            {
                winners[at] = (byte)best.Winner;
            }
        }
    }

    private static float Activation(int isRelu, float value) => isRelu == 0 ? value : ReluKernels.Rectify(value);
}

/// <summary>The weights of a convolution, and U: what it is, or where it is to be.</summary>
internal readonly record struct WinogradWeights(ArrayView<float> Values, ArrayView<float> Transformed, bool AreTransformed);
