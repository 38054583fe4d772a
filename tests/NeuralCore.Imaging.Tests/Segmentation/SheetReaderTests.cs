using NeuralCore.Imaging.Explaining;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>
/// Whole pages, written by the tests with digits that the network has not seen. How many must be right follows from the network,
/// which takes about 3 in 100 for another digit, with room for what a page adds to that.
/// </summary>
public sealed class SheetReaderTests(SmallReader reader) : IClassFixture<SmallReader>
{
    /// <summary>Of all digits that the pages of a test show.</summary>
    private const double LeastRight = 0.9;

    [Fact]
    public void Lines_are_read_from_the_top_and_digits_from_the_left() => AssertRead(
        seed => Page(seed, 700, 420).Write(8, 40, 80, 44, (0.2, 0.6)).Write(6, 60, 200, 40, (0.2, 0.6)).Write(7, 50, 320, 50, (0.2, 0.6)), page => page.Photo());

    [Fact]
    public void Grain_and_shadow_are_not_read() => AssertRead(
        seed => Page(seed, 700, 300).Write(8, 40, 80, 44, (0.2, 0.6)).Write(8, 40, 200, 44, (0.2, 0.6)), page => page.Photo(noise: 8, shadow: 0.5));

    [Fact]
    public void Ruled_paper_is_read_between_the_lines() => AssertRead(
        seed => Page(seed, 700, 300).Write(7, 50, 80, 44, (0.3, 0.7)).Write(7, 50, 190, 44, (0.3, 0.7)).Rule(56, 0.01, 110), page => page.Photo());

    [Fact]
    public void A_table_that_fills_a_part_of_the_page_is_read_between_its_lines() => AssertRead(
        seed => Page(seed, 600, 480).Write(6, 110, 130, 34, (0.5, 0.6)).Write(6, 110, 220, 34, (0.5, 0.6)).Write(6, 110, 310, 34, (0.5, 0.6)).Table(new Box(80, 85, 400, 273), 3, 230),
        page => page.Photo());

    [Theory]
    [InlineData(0.12)]
    [InlineData(-0.12)]
    public void A_page_that_lies_askew_keeps_its_order(double slope) => AssertRead(
        seed => Page(seed, 760, 460).Write(9, 40, 140, 40, (0.3, 0.6), slope).Write(9, 40, 230, 40, (0.3, 0.6), slope).Write(9, 40, 320, 40, (0.3, 0.6), slope), page => page.Photo());

    [Fact]
    public void Small_and_large_writing_is_read_alike()
    {
        AssertRead(seed => Page(seed, 300, 60).Write(8, 15, 30, 18, (0.3, 0.6)), page => page.Photo());
        AssertRead(seed => Page(seed, 2600, 400).Write(6, 100, 200, 220, (0.3, 0.6)), page => page.Photo());
    }

    [Fact]
    public void Columns_of_numbers_are_lines_of_their_own()
    {
        SheetReading reading = Read(Page(1, 900, 260).Write(3, 40, 70, 40, (0.3, 0.5)).Write(3, 600, 74, 40, (0.3, 0.5)).Write(3, 40, 190, 40, (0.3, 0.5)).Photo());
        Assert.Equal([3, 3, 3], reading.Lines.Select(line => line.Length));
        Assert.True(reading.Digits[3].Box.X > 500 && reading.Digits[6].Box.Y > 120);
    }

    [Fact]
    public void Digits_that_touch_are_split()
    {
        // A fifth of the pairs overlap; nobody reads all of those.
        AssertRead(seed => Page(seed, 620, 120).Write(8, 40, 60, 44, (-0.05, 0.2)), page => page.Photo(), leastRight: 0.75);
    }

    [Fact]
    public void Boxes_stand_where_the_digits_were_written()
    {
        WrittenPage page = Page(3, 700, 120).Write(7, 40, 60, 44, (0.3, 0.6));
        SheetReading reading = Read(page.Photo());
        Assert.Equal(page.Lines[0].Count, reading.Digits.Count);
        Assert.All(reading.Digits.Zip(page.Lines[0]), pair =>
        {
            // The soft edge of a stroke is about two pixels wide.
            (Box found, Box written) = (pair.First.Box, pair.Second.Box);
            Assert.InRange(found.X - written.X, -3, 3);
            Assert.InRange(found.Y - written.Y, -3, 3);
            Assert.InRange(found.Right - written.Right, -3, 3);
            Assert.InRange(found.Bottom - written.Bottom, -3, 3);
        });
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(0, 11)]
    [InlineData(23, 5)]
    public void What_stands_elsewhere_on_the_page_reads_the_same(int right, int down)
    {
        WrittenPage At(int x, int y) => Page(4, 700, 160).Write(7, 40 + x, 60 + y, 44, (0.3, 0.6));
        SheetReading here = Read(At(0, 0).Photo(noise: 0));
        SheetReading there = Read(At(right, down).Photo(noise: 0));
        Assert.Equal(here.Lines, there.Lines);
    }

    [Fact]
    public void The_same_page_reads_the_same_twice()
    {
        ColourImage photo = Page(5, 700, 160).Write(7, 40, 60, 44, (0, 0.4)).Photo();
        Assert.Equal(Read(photo).Digits, Read(photo).Digits);
    }

    [Fact]
    public void A_blank_page_has_no_digits()
    {
        Assert.Empty(Read(Page(6, 300, 200).Photo()).Digits);
        Assert.Empty(Read(Page(6, 300, 200).Photo(noise: 6, shadow: 0.6)).Digits);
        Assert.Empty(Read(new ColourImage(1, 1, [255, 255, 255])).Digits);
    }

    [Fact]
    public void A_picture_shows_the_photo_with_boxes()
    {
        ColourImage photo = Page(7, 300, 120).Write(3, 40, 60, 44, (0.3, 0.6)).Photo();
        var stages = new List<StagePicture>();
        SheetReading reading = SheetReader.Read(photo, reader.Model, stages.Add);
        Assert.Equal(["photo", "polarity", "paper", "strength", "ink", "lines", "parts"], stages.Select(stage => stage.Name));
        ColourImage boxes = PagePicture.Boxes(photo, reading).Picture;

        // Small photos are enlarged, and below is a legend, in black on white.
        Assert.Equal(3 * photo.Width, boxes.Width);
        Assert.True(boxes.Height > 3 * photo.Height);
        Assert.Contains(
            Enumerable.Range(3 * photo.Height, boxes.Height - (3 * photo.Height)).SelectMany(y => Enumerable.Range(0, boxes.Width).Select(x => (x, y))),
            at => boxes[at.x, at.y] is [< 60, < 60, < 60]);
        Box box = reading.Digits[0].Box;

        // Grey paper before, a coloured line on it now, and white letters on a coloured tab above.
        ReadOnlySpan<byte> corner = boxes[(3 * box.X) - 1, (3 * box.Y) - 1];
        Assert.NotEqual(corner[0], corner[1]);
        Assert.Contains(
            Enumerable.Range(0, 3 * box.Width * 3 * box.Y).Select(i => ((3 * box.X) + (i % (3 * box.Width)), i / (3 * box.Width))),
            at => boxes[at.Item1, at.Item2] is [> 250, > 250, > 250]);
    }

    private static int EditDistance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= to.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    private WrittenPage Page(int seed, int width, int height) => new(width, height, reader.Test, new Random(seed));

    private SheetReading Read(ColourImage photo) => SheetReader.Read(photo, reader.Model);

    /// <summary>Reads pages until there were a hundred digits or more, and asks for lines that are as many, and digits that are mostly right.</summary>
    private void AssertRead(Func<int, WrittenPage> write, Func<WrittenPage, ColourImage> photograph, double leastRight = LeastRight)
    {
        (int wrong, int digits) = (0, 0);
        for (int seed = 0; digits < 100; seed++)
        {
            WrittenPage page = write(seed);
            IReadOnlyList<string> lines = Read(photograph(page)).Lines;
            Assert.Equal(page.Texts.Length, lines.Count);
            wrong += lines.Zip(page.Texts).Sum(pair => EditDistance(pair.First, pair.Second));
            digits += page.Texts.Sum(text => text.Length);
        }

        Assert.True(digits - wrong >= leastRight * digits, $"{wrong} of {digits} digits are wrong.");
    }
}
