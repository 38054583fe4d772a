using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Pieces sorted into lines.</summary>
public sealed class TextLinesTests
{
    [Fact]
    public void Lines_that_climb_steeper_than_they_are_high_stay_in_order()
    {
        // Each line climbs by 160 pixels, and the next one begins 70 below it.
        Piece[] pieces = [.. from line in Enumerable.Range(0, 3) from i in Enumerable.Range(0, 20) select Block(i * 40, 300 + (70 * line) - (8 * i), 20, 40)];
        IReadOnlyList<IReadOnlyList<Piece>> lines = TextLines.Find([.. pieces.Reverse()]);
        Assert.Equal(pieces.Chunk(20), lines);
    }

    [Fact]
    public void The_bar_of_a_five_goes_to_its_line_and_dirt_to_none()
    {
        Piece[] digits = [Block(0, 50, 20, 40), Block(30, 52, 20, 40), Block(60, 50, 20, 40)];
        Piece bar = Block(36, 44, 16, 3);
        IReadOnlyList<IReadOnlyList<Piece>> lines = TextLines.Find([.. digits, bar, Block(200, 180, 4, 4)]);
        Assert.Equal([.. digits, bar], Assert.Single(lines).OrderBy(piece => piece.Box.Height == 3).ThenBy(piece => piece.Box.X));
    }

    [Fact]
    public void A_broken_digit_stays_in_one_line()
    {
        Piece[] pieces = [Block(0, 50, 20, 40), Block(30, 50, 20, 14), Block(36, 62, 12, 28)];
        Assert.Equal(3, Assert.Single(TextLines.Find(pieces)).Count);
    }

    [Fact]
    public void Lines_as_near_as_strokes_are_two()
    {
        Piece[] above = [Block(0, 50, 20, 40), Block(30, 50, 20, 40)];
        Piece[] below = [Block(0, 93, 20, 40), Block(30, 93, 20, 40)];
        Assert.Equal([above, below], TextLines.Find([.. below, .. above]));
    }

    [Fact]
    public void One_digit_is_a_line()
    {
        Piece piece = Block(5, 5, 10, 30);
        Assert.Equal([piece], Assert.Single(TextLines.Find([piece])));
    }

    private static Piece Block(int x, int y, int width, int height) =>
        new(new Box(x, y, width, height), new Mask(width, height, [.. Enumerable.Repeat(true, width * height)]), width * height);
}
