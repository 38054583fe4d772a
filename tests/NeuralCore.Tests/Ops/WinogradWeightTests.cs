using NeuralCore.Kernels;
using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>The gradient of a convolution's weights by Winograd's filtering, held as <see cref="WinogradTests"/> holds the forward pass.</summary>
public sealed class WinogradWeightTests
{
    /// <summary>
    /// Images, height, width, channels, filters, and the border top, left, bottom and right: sizes of every rest by four, an image of more tiles than pass
    /// through the products together, 37 small images, which share buffers by sixteen, and 70 of one tile each.
    /// </summary>
    public static TheoryData<int[]> Shapes { get; } =
    [
        [5, 14, 14, 32, 64, 1, 1, 1, 1],
        [2, 8, 9, 16, 16, 0, 0, 0, 0],
        [2, 9, 12, 48, 16, 2, 0, 1, 2],
        [1, 40, 37, 16, 32, 1, 1, 1, 1],
        [1, 6, 300, 16, 16, 1, 1, 1, 1],
        [37, 7, 6, 32, 16, 1, 1, 1, 1],
        [70, 4, 4, 16, 32, 1, 1, 1, 1],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_error_is_that_of_its_own_intermediate_values(int[] sizes)
    {
        var test = new GatedConvolution(sizes);
        Conv2DShape shape = test.Shape;
        var expected = new double[shape.WeightCount];
        var expectedBias = new double[shape.Filters];
        Conv2DReference.BackwardWeights<double>(shape, test.Images, TestValues.Widen(test.Input), TestValues.Widen(test.Gated), expected, expectedBias);
        int tiles = test.Images * Blocking.Chunks(shape.OutHeight, Winograd.TileExtent) * Blocking.Chunks(shape.OutWidth, Winograd.TileExtent);
        (float[] dWeights, float[] dBias) = test.DWeights(SimdWidth.Auto, 2);
        Agreement.WithinRounding(
            "dw", expected, WinogradMagnitudes.OfWeights(shape, test.Images, test.Input, test.Gated), WinogradMagnitudes.RoundingsOfWeights(tiles, test.Images), dWeights);
        double[] magnitudes = [.. Enumerable.Range(0, shape.Filters).Select(f => test.Gated.Where((_, i) => i % shape.Filters == f).Sum(dz => (double)Math.Abs(dz)))];
        Agreement.WithinRounding("dbias", expectedBias, magnitudes, test.Images * (shape.OutHeight * shape.OutWidth + 1), dBias);
    }

    /// <summary>A relative error as small as is asked of the forward pass.</summary>
    [Fact]
    public void At_the_size_of_a_deep_network_the_error_is_small()
    {
        var test = new GatedConvolution([8, 28, 28, 64, 64, 1, 1, 1, 1]);
        var expected = new double[test.Shape.WeightCount];
        Conv2DReference.BackwardWeights<double>(
            test.Shape, test.Images, TestValues.Widen(test.Input), TestValues.Widen(test.Gated), expected, new double[test.Shape.Filters]);
        float[] actual = test.DWeights(SimdWidth.Auto, 1).DWeights;
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
        Assert.InRange(error, 1e-9, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(int[] sizes)
    {
        var test = new GatedConvolution(sizes);
        GatedConvolution.RequireSameBits("dw", (simd, threads) => test.DWeights(simd, threads).DWeights);
        GatedConvolution.RequireSameBits("dbias", (simd, threads) => test.DWeights(simd, threads).DBias, hasProducts: false);
    }

    /// <summary>Few pixels leave most of a tile empty.</summary>
    [Fact]
    public void Where_it_is_not_worth_it_the_definition_is_summed()
    {
        var test = new GatedConvolution([20, 3, 5, 16, 16, 1, 1, 1, 1]);
        Agreement.SameBits("dw", test.DWeights(SimdWidth.Auto, 1, ConvAlgorithm.Direct).DWeights, test.DWeights(SimdWidth.Auto, 1).DWeights);
    }
}
