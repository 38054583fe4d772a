using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The gradient of a convolution's input by Winograd's filtering, held as <see cref="WinogradTests"/> holds the forward pass: it is that pass,
/// from the outputs back, with the kernel turned round.
/// </summary>
public sealed class WinogradBackwardTests
{
    /// <summary>Images, height, width, channels, filters, and the border top, left, bottom and right.</summary>
    public static TheoryData<int[]> Shapes { get; } =
    [
        [2, 14, 14, 32, 64, 1, 1, 1, 1],
        [3, 3, 3, 16, 16, 0, 0, 0, 0],
        [2, 7, 5, 32, 16, 0, 0, 0, 0],
        [2, 9, 12, 48, 16, 2, 0, 1, 2],
        [1, 13, 14, 64, 80, 2, 2, 2, 2],
        [41, 3, 3, 16, 32, 1, 1, 1, 1],
        [10, 7, 6, 32, 16, 1, 1, 1, 1],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_error_is_that_of_its_own_intermediate_values(int[] sizes)
    {
        var test = new Case(sizes);
        var expected = new double[test.Images * test.Shape.InputCount];
        Conv2DReference.BackwardInput<double>(test.Shape, test.Images, TestValues.Widen(test.Gated), TestValues.Widen(test.Weights), expected);
        Conv2DShape shape = test.Shape;
        Border border = shape.Window.Border;
        var back = new Conv2DShape(
            new Window2D((shape.OutHeight, shape.OutWidth), 3, border: new Border(2 - border.Top, 2 - border.Left, 2 - border.Bottom, 2 - border.Right)),
            shape.Filters, shape.Channels);
        double[] magnitudes = WinogradMagnitudes.Of(back, test.Images, test.Gated, Turned(shape, test.Weights), new float[shape.Channels]);
        Agreement.WithinRounding("dx", expected, magnitudes, WinogradMagnitudes.Roundings(shape.Filters), test.Run(SimdWidth.Auto, 2));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(int[] sizes)
    {
        var test = new Case(sizes);
        float[] expected = test.Run(SimdWidth.Portable, 1);
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                float[] actual = test.Run(simd, threads);
                if (System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
                {
                    Agreement.SameBits($"dx, {simd}, {threads} threads", expected, actual);
                }

                Agreement.SameBits($"dx again, {simd}, {threads} threads", actual, test.Run(simd, 2));
            }
        }
    }

    /// <summary>Where the border is as wide as the kernel, some of it is seen by no pixel of the image.</summary>
    [Fact]
    public void What_it_cannot_do_is_computed_by_the_definition()
    {
        var test = new Case([2, 6, 7, 16, 16, 3, 0, 0, 0]);
        Agreement.SameBits("dx", test.Run(SimdWidth.Auto, 1, ConvAlgorithm.Direct), test.Run(SimdWidth.Auto, 1));
    }

    private static float[] Turned(in Conv2DShape shape, float[] weights)
    {
        var turned = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int tap, int inTap) = Math.DivRem(i, shape.Channels * shape.Filters);
            (int channel, int filter) = Math.DivRem(inTap, shape.Filters);
            turned[((((8 - tap) * shape.Filters) + filter) * shape.Channels) + channel] = weights[i];
        }

        return turned;
    }

    /// <summary>A convolution behind which there is a ReLU, with its numbers.</summary>
    private sealed class Case
    {
        private readonly float[] _dOutput;
        private readonly float[] _output;

        public Case(int[] sizes)
        {
            Images = sizes[0];
            Shape = new Conv2DShape(new Window2D((sizes[1], sizes[2]), 3, border: new Border(sizes[5], sizes[6], sizes[7], sizes[8])), sizes[3], sizes[4]);
            Weights = TestValues.Reals(Shape.WeightCount, 2);
            _dOutput = TestValues.Reals(Images * Shape.OutputCount, 3);
            _output = TestValues.Reals(Images * Shape.OutputCount, 4);
            Gated = [.. _dOutput.Zip(_output, (dy, y) => y <= 0 ? 0 : dy)];
        }

        public int Images { get; }

        public Conv2DShape Shape { get; }

        public float[] Weights { get; }

        /// <summary>The gradient where the ReLU let the value through, else 0.</summary>
        public float[] Gated { get; }

        public float[] Run(SimdWidth simd, int threads, ConvAlgorithm conv = ConvAlgorithm.Winograd)
        {
            using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
            using var memory = new GuardedMemory<float>(backend);
            Slot dInput = memory.Output<float>("dx", Images * Shape.InputCount);
            backend.Conv2DBackwardInput(
                Shape, Images, new OutputGradient(memory.Input<float>("dy", _dOutput), memory.Input<float>("y", _output)), memory.Input<float>("w", Weights),
                dInput, memory.Scratch(backend.ScratchBytes(Shape, Images)));
            memory.Verify();
            return memory.Read<float>(dInput, Images * Shape.InputCount);
        }
    }
}
