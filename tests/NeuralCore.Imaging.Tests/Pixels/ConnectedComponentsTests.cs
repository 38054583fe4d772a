using FsCheck.Xunit;
using NeuralCore.Imaging.Pixels;
using Xunit;

namespace NeuralCore.Imaging.Tests.Pixels;

/// <summary>Ink in pieces.</summary>
public sealed class ConnectedComponentsTests
{
    [Fact]
    public void Corners_hold_pieces_together()
    {
        ConnectedComponents pieces = ConnectedComponents.Of(MaskText.Parse(
            "#..#",
            ".#.#",
            "...."));
        Assert.Equal([new Component(1, new Box(0, 0, 2, 2), 2), new Component(2, new Box(3, 0, 1, 2), 2)], pieces.All);
    }

    [Fact]
    public void A_spiral_is_one_piece()
    {
        ConnectedComponents pieces = ConnectedComponents.Of(MaskText.Parse(
            "#######",
            "......#",
            "####..#",
            "#.....#",
            "#######"));
        Assert.Equal(22, Assert.Single(pieces.All).Area);
    }

    [Property(MaxTest = 100)]
    public void Every_pixel_of_ink_belongs_to_one_piece(bool[] pixels)
    {
        int width = 1 + (pixels.Length % 7);
        var mask = new Mask(width, 1 + (pixels.Length / width), [.. pixels, .. new bool[width - (pixels.Length % width)]]);
        ConnectedComponents pieces = ConnectedComponents.Of(mask);
        Assert.Equal(mask.Count, pieces.All.Sum(piece => piece.Area));
        Assert.Equal(mask.Pixels, pieces.Select(_ => true).Pixels);
        foreach (Component piece in pieces.All)
        {
            Mask alone = pieces.Select(other => other == piece);
            Assert.Equal(piece.Area, alone.Count);
            Assert.Equal(piece.Box, alone.Bounds());
        }
    }
}
