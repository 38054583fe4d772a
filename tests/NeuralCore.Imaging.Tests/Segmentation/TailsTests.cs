using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Segmentation;
using NeuralCore.Imaging.Tests.Pixels;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Tails that hang far out of a line.</summary>
public sealed class TailsTests
{
    /// <summary>A digit of this line may be 13 rows high.</summary>
    private const int LineHeight = 10;

    private static readonly string[] Nine = ["######", "##..##", "##..##", "######"];

    private static readonly string Stroke = "....##";

    [Fact]
    public void A_long_tail_is_cut_and_the_loop_stays()
    {
        Mask digit = MaskText.Parse([.. Nine, .. Enumerable.Repeat(Stroke, 20)]);
        Assert.Equal([.. Nine, .. Enumerable.Repeat(Stroke, 9)], MaskText.Of(Tails.Shorten(digit, LineHeight, stroke: 2)));
    }

    [Fact]
    public void A_stroke_that_stands_far_above_is_cut_too()
    {
        Mask digit = MaskText.Parse([.. Enumerable.Repeat(Stroke, 20), .. Nine]);
        Assert.Equal([.. Enumerable.Repeat(Stroke, 9), .. Nine], MaskText.Of(Tails.Shorten(digit, LineHeight, stroke: 2)));
    }

    [Fact]
    public void What_is_cut_off_narrows_the_box()
    {
        string[] slanted = ["####....", "##.##...", "####....", .. Enumerable.Repeat("..##....", 10), .. Enumerable.Repeat("......##", 10)];
        Mask left = Tails.Shorten(MaskText.Parse(slanted), LineHeight, stroke: 2);
        Assert.Equal((5, 13), (left.Width, left.Height));
    }

    [Fact]
    public void A_digit_that_is_not_too_high_keeps_its_tail()
    {
        string[] digit = [.. Nine, .. Enumerable.Repeat(Stroke, 9)];
        Assert.Equal(digit, MaskText.Of(Tails.Shorten(MaskText.Parse(digit), LineHeight, stroke: 2)));
    }

    [Fact]
    public void A_large_digit_without_a_tail_stays_whole()
    {
        string[] two = ["######", .. Enumerable.Repeat("....##", 12), .. Enumerable.Repeat("##....", 12), "######"];
        Assert.Equal(two, MaskText.Of(Tails.Shorten(MaskText.Parse(two), LineHeight, stroke: 2)));
    }
}
