using NeuralCore.Simd;

namespace NeuralCore.Tests.Ops;

/// <summary>A convolution of 3x3 behind which there is a ReLU, with numbers for all that its gradients take.</summary>
internal sealed class GatedConvolution
{
    private readonly float[] _dOutput;
    private readonly float[] _output;

    /// <summary>Draws the numbers.</summary>
    /// <param name="sizes">Images, height, width, channels, filters, and the border top, left, bottom and right.</param>
    public GatedConvolution(int[] sizes)
    {
        Images = sizes[0];
        Shape = new Conv2DShape(new Window2D((sizes[1], sizes[2]), 3, border: new Border(sizes[5], sizes[6], sizes[7], sizes[8])), sizes[3], sizes[4]);
        Input = TestValues.Reals(Images * Shape.InputCount, 1);
        Weights = TestValues.Reals(Shape.WeightCount, 2);
        _dOutput = TestValues.Reals(Images * Shape.OutputCount, 3);
        _output = TestValues.Reals(Images * Shape.OutputCount, 4);
        Gated = [.. _dOutput.Zip(_output, (dy, y) => y <= 0 ? 0 : dy)];
    }

    public int Images { get; }

    public Conv2DShape Shape { get; }

    public float[] Input { get; }

    public float[] Weights { get; }

    /// <summary>The gradient where the ReLU let the value through, else 0.</summary>
    public float[] Gated { get; }

    /// <summary>The gradient with respect to the input.</summary>
    public float[] DInput(SimdWidth simd, int threads, ConvAlgorithm conv = ConvAlgorithm.Winograd)
    {
        using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
        using var memory = new GuardedMemory<float>(backend);
        Slot dInput = memory.Output<float>("dx", Images * Shape.InputCount);
        backend.Conv2DBackwardInput(
            Shape, Images, GradientIn(memory), memory.Input<float>("w", Weights), dInput, memory.Scratch(backend.ScratchBytes(Shape, Images)));
        memory.Verify();
        return memory.Read<float>(dInput, Images * Shape.InputCount);
    }

    /// <summary>The gradients with respect to the weights and the bias.</summary>
    public (float[] DWeights, float[] DBias) DWeights(SimdWidth simd, int threads, ConvAlgorithm conv = ConvAlgorithm.Winograd)
    {
        using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
        using var memory = new GuardedMemory<float>(backend);
        Slot dWeights = memory.Output<float>("dw", Shape.WeightCount), dBias = memory.Output<float>("dbias", Shape.Filters);
        backend.Conv2DBackwardWeights(
            Shape, Images, memory.Input<float>("x", Input), GradientIn(memory), dWeights, dBias, memory.Scratch(backend.ScratchBytes(Shape, Images)));
        memory.Verify();
        return (memory.Read<float>(dWeights, Shape.WeightCount), memory.Read<float>(dBias, Shape.Filters));
    }

    /// <summary>Makes sure that a gradient has the same bits on any number of threads, and at every width.</summary>
    /// <param name="what">What it is called in a message.</param>
    /// <param name="gradient">Computes it.</param>
    /// <param name="hasProducts">Whether it sums products: without fused multiply-adds the widths then round otherwise.</param>
    public static void RequireSameBits(string what, Func<SimdWidth, int, float[]> gradient, bool hasProducts = true)
    {
        float[] expected = gradient(SimdWidth.Portable, 1);
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                float[] actual = gradient(simd, threads);
                if (!hasProducts || System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
                {
                    Agreement.SameBits($"{what}, {simd}, {threads} threads", expected, actual);
                }

                Agreement.SameBits($"{what} again, {simd}, {threads} threads", actual, gradient(simd, 2));
            }
        }
    }

    private OutputGradient GradientIn(GuardedMemory<float> memory) => new(memory.Input<float>("dy", _dOutput), memory.Input<float>("y", _output));
}
