using FsCheck.Xunit;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Lines of grids, and strokes that are none.</summary>
public sealed class LongLinesTests
{
    private const int Length = 100;

    [Theory]
    [InlineData(0)]
    [InlineData(0.03)]
    [InlineData(-0.1)]
    public void A_grid_that_ends_within_the_page_goes_and_the_strokes_on_it_stay(double slope)
    {
        var strokes = new Mask(320, 320);
        Fill(strokes, 95, 90, 8, 30);
        Fill(strokes, 150, 130, 40, 9);
        Fill(strokes, 180, 195, 9, 40);
        Mask page = strokes.Crop(new Box(0, 0, 320, 320));
        for (int line = 60; line <= 260; line += 50)
        {
            for (int along = 60; along < 262; along++)
            {
                int across = line + (int)Math.Round(slope * (along - 160));
                Fill(page, along, across, 1, 3);
                Fill(page, across, along, 3, 1);
            }
        }

        Mask left = LongLines.Remove(page, page, Length);
        Assert.Equal(0, left.Without(strokes).Count);
        Assert.Equal(0, strokes.Without(left).Count);
    }

    [Property]
    public void What_is_shorter_than_a_line_stays(byte x, byte y, byte width, byte height)
    {
        var page = new Mask(256, 256);
        Fill(page, x, y, Math.Min(256 - x, 1 + (width % (Length - 1))), Math.Min(256 - y, 1 + (height % (Length - 1))));
        Assert.Equal(page.Pixels, LongLines.Remove(page, page, Length).Pixels);
    }

    [Theory]
    [InlineData(0, 1, 0, 98)]
    [InlineData(3, 0, 98, 0)]
    public void What_is_shorter_than_a_line_stays_by_the_edge(byte x, byte y, byte width, byte height) => What_is_shorter_than_a_line_stays(x, y, width, height);

    [Fact]
    public void A_pale_line_goes_by_its_marks_where_the_ink_has_bits_of_it()
    {
        var marks = new Mask(200, 60);
        Fill(marks, 20, 30, 160, 2);
        var ink = new Mask(200, 60);
        Fill(ink, 40, 30, 12, 2);
        Fill(ink, 90, 31, 7, 1);
        Fill(ink, 60, 5, 6, 18);
        Mask left = LongLines.Remove(ink, marks, Length);
        Assert.Equal(new Box(60, 5, 6, 18), left.Bounds());
        Assert.Equal(6 * 18, left.Count);
    }

    [Fact]
    public void A_bar_is_no_line()
    {
        var page = new Mask(300, 120);
        Fill(page, 30, 40, 240, 30);
        Assert.Equal(page.Pixels, LongLines.Remove(page, page, Length).Pixels);
    }

    private static void Fill(Mask mask, int x, int y, int width, int height)
    {
        for (int i = 0; i < width * height; i++)
        {
            mask[x + (i % width), y + (i / width)] = true;
        }
    }
}
