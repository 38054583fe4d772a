using NeuralCore.Kernels;
using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>The gradient of a convolution's weights by Winograd's filtering, held as <see cref="WinogradTests"/> holds the forward pass.</summary>
public sealed class WinogradWeightTests
{
    /// <summary>
    /// Images, height, width, channels, filters, and the border top, left, bottom and right: sizes of every rest by four, images of more tiles than pass
    /// together, and so many small ones that several share a buffer, with some left over.
    /// </summary>
    public static TheoryData<int[]> Shapes { get; } =
    [
        [5, 14, 14, 32, 64, 1, 1, 1, 1],
        [2, 8, 9, 16, 16, 0, 0, 0, 0],
        [2, 9, 12, 48, 16, 2, 0, 1, 2],
        [1, 40, 37, 16, 32, 1, 1, 1, 1],
        [1, 6, 300, 16, 16, 1, 1, 1, 1],
        [37, 7, 6, 32, 16, 1, 1, 1, 1],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_error_is_that_of_its_own_intermediate_values(int[] sizes)
    {
        var test = new Case(sizes);
        Conv2DShape shape = test.Shape;
        var expected = new double[shape.WeightCount];
        var expectedBias = new double[shape.Filters];
        Conv2DReference.BackwardWeights<double>(shape, test.Images, TestValues.Widen(test.Input), TestValues.Widen(test.Gated), expected, expectedBias);
        int tiles = test.Images * Blocking.Chunks(shape.OutHeight, Winograd.TileExtent) * Blocking.Chunks(shape.OutWidth, Winograd.TileExtent);
        (float[] dWeights, float[] dBias) = test.Run(SimdWidth.Auto, 2);
        Agreement.WithinRounding(
            "dw", expected, WinogradMagnitudes.OfWeights(shape, test.Images, test.Input, test.Gated), WinogradMagnitudes.RoundingsOfWeights(tiles, test.Images), dWeights);
        double[] magnitudes = [.. Enumerable.Range(0, shape.Filters).Select(f => test.Gated.Where((_, i) => i % shape.Filters == f).Sum(dz => (double)Math.Abs(dz)))];
        Agreement.WithinRounding("dbias", expectedBias, magnitudes, test.Images * (shape.OutHeight * shape.OutWidth + 1), dBias);
    }

    /// <summary>A relative error as small as is asked of the forward pass.</summary>
    [Fact]
    public void At_the_size_of_a_deep_network_the_error_is_small()
    {
        var test = new Case([8, 28, 28, 64, 64, 1, 1, 1, 1]);
        var expected = new double[test.Shape.WeightCount];
        Conv2DReference.BackwardWeights<double>(
            test.Shape, test.Images, TestValues.Widen(test.Input), TestValues.Widen(test.Gated), expected, new double[test.Shape.Filters]);
        float[] actual = test.Run(SimdWidth.Auto, 1).DWeights;
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
        Assert.InRange(error, 1e-9, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(int[] sizes)
    {
        var test = new Case(sizes);
        (float[] DWeights, float[] DBias) expected = test.Run(SimdWidth.Portable, 1);
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                (float[] DWeights, float[] DBias) actual = test.Run(simd, threads);
                if (System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
                {
                    Agreement.SameBits($"dw, {simd}, {threads} threads", expected.DWeights, actual.DWeights);
                }

                Agreement.SameBits($"dw again, {simd}, {threads} threads", actual.DWeights, test.Run(simd, 2).DWeights);
                Agreement.SameBits($"dbias, {simd}, {threads} threads", expected.DBias, actual.DBias);
            }
        }
    }

    /// <summary>Few pixels leave most of a tile empty.</summary>
    [Fact]
    public void Where_it_is_not_worth_it_the_definition_is_summed()
    {
        var test = new Case([20, 5, 5, 16, 16, 1, 1, 1, 1]);
        Agreement.SameBits("dw", test.Run(SimdWidth.Auto, 1, ConvAlgorithm.Direct).DWeights, test.Run(SimdWidth.Auto, 1).DWeights);
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
            Input = TestValues.Reals(Images * Shape.InputCount, 2);
            _dOutput = TestValues.Reals(Images * Shape.OutputCount, 3);
            _output = TestValues.Reals(Images * Shape.OutputCount, 4);
            Gated = [.. _dOutput.Zip(_output, (dy, y) => y <= 0 ? 0 : dy)];
        }

        public int Images { get; }

        public Conv2DShape Shape { get; }

        public float[] Input { get; }

        /// <summary>The gradient where the ReLU let the value through, else 0.</summary>
        public float[] Gated { get; }

        public (float[] DWeights, float[] DBias) Run(SimdWidth simd, int threads, ConvAlgorithm conv = ConvAlgorithm.Winograd)
        {
            using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
            using var memory = new GuardedMemory<float>(backend);
            Slot dWeights = memory.Output<float>("dw", Shape.WeightCount), dBias = memory.Output<float>("dbias", Shape.Filters);
            backend.Conv2DBackwardWeights(
                Shape, Images, memory.Input<float>("x", Input), new OutputGradient(memory.Input<float>("dy", _dOutput), memory.Input<float>("y", _output)), dWeights,
                dBias, memory.Scratch(backend.ScratchBytes(Shape, Images)));
            memory.Verify();
            return (memory.Read<float>(dWeights, Shape.WeightCount), memory.Read<float>(dBias, Shape.Filters));
        }
    }
}
