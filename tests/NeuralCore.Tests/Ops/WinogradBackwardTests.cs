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
        var test = new GatedConvolution(sizes);
        var expected = new double[test.Images * test.Shape.InputCount];
        Conv2DReference.BackwardInput<double>(test.Shape, test.Images, TestValues.Widen(test.Gated), TestValues.Widen(test.Weights), expected);
        Conv2DShape shape = test.Shape;
        Border border = shape.Window.Border;
        var back = new Conv2DShape(
            new Window2D((shape.OutHeight, shape.OutWidth), 3, border: new Border(2 - border.Top, 2 - border.Left, 2 - border.Bottom, 2 - border.Right)),
            shape.Filters, shape.Channels);
        double[] magnitudes = WinogradMagnitudes.Of(back, test.Images, test.Gated, Turned(shape, test.Weights), new float[shape.Channels]);
        Agreement.WithinRounding("dx", expected, magnitudes, WinogradMagnitudes.Roundings(shape.Filters), test.DInput(SimdWidth.Auto, 2));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(int[] sizes) =>
        GatedConvolution.RequireSameBits("dx", (simd, threads) => new GatedConvolution(sizes).DInput(simd, threads));

    /// <summary>Where the border is as wide as the kernel, some of it is seen by no pixel of the image.</summary>
    [Fact]
    public void What_it_cannot_do_is_computed_by_the_definition()
    {
        var test = new GatedConvolution([2, 6, 7, 16, 16, 3, 0, 0, 0]);
        Agreement.SameBits("dx", test.DInput(SimdWidth.Auto, 1, ConvAlgorithm.Direct), test.DInput(SimdWidth.Auto, 1));
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
}
