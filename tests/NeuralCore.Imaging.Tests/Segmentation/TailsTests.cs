using FsCheck.Xunit;
using NeuralCore.Imaging.Tests.Pixels;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
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

    [Fact]
    public void A_piece_that_stands_apart_is_no_tail()
    {
        string blank = "......";
        string[] apart = [.. Enumerable.Repeat(Stroke, 4), .. Enumerable.Repeat(blank, 30), .. Enumerable.Repeat(Stroke, 4)];
        Assert.Equal([.. apart.Select(row => row[4..])], MaskText.Of(Tails.Shorten(MaskText.Parse(apart), LineHeight, stroke: 2)).Select(row => row[^2..]));
        string[] dotBelow = [.. Nine, .. Enumerable.Repeat(blank, 20), Stroke];
        Assert.Equal(dotBelow, MaskText.Of(Tails.Shorten(MaskText.Parse(dotBelow), LineHeight, stroke: 2)));
    }

    [Property(MaxTest = 500)]
    public void Some_ink_is_always_left(bool[] pixels, byte width, byte lineHeight)
    {
        int columns = 1 + (width % 6);
        var page = new Mask(columns, 1 + (pixels.Length / columns), [.. pixels, .. new bool[columns - (pixels.Length % columns)]]);
        if (page.Bounds() is { } box)
        {
            Mask left = Tails.Shorten(page.Crop(box), 1 + (lineHeight % 20), stroke: 2);
            Assert.Equal(new Box(0, 0, left.Width, left.Height), left.Bounds());
        }
    }
}
