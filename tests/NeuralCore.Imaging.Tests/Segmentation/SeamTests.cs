using FsCheck.Xunit;
using NeuralCore.Imaging.Tests.Pixels;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Cuts through pieces.</summary>
public sealed class SeamTests
{
    [Fact]
    public void Two_noughts_are_cut_where_they_touch()
    {
        Mask ink = MaskText.Parse(
            "#####.#####",
            "#...#.#...#",
            "#...###...#",
            "#...#.#...#",
            "#####.#####");
        Seam seam = Assert.Single(Seam.Find(ink, mostCrossed: 1, spacing: 2, most: 5));
        Assert.Equal(1, seam.Crossed);
        Assert.Equal(5, seam.Columns[2]);
    }

    [Fact]
    public void A_slanted_cut_follows_the_writing()
    {
        Mask ink = MaskText.Parse(
            "...##...##",
            "..##...##.",
            ".########.",
            ".##...##..",
            "##...##...");
        Seam seam = Assert.Single(Seam.Find(ink, mostCrossed: 1, spacing: 2, most: 1));
        Assert.Equal(1, seam.Crossed);
        Assert.True(seam.Columns[0] > seam.Columns[4]);
    }

    [Property(MaxTest = 200)]
    public void Cutting_loses_no_ink_and_shares_none(bool[] pixels, byte width)
    {
        int columns = 4 + (width % 12);
        var mask = new Mask(columns, 1 + (pixels.Length / columns), [.. pixels, .. new bool[columns - (pixels.Length % columns)]]);
        var piece = new Piece(new Box(3, 5, mask.Width, mask.Height), mask, mask.Count);
        IReadOnlyList<Seam> seams = Seam.Find(mask, mostCrossed: mask.Height, spacing: 1, most: 4);
        Piece[] parts = Seam.Cut(piece, seams);
        Assert.Equal(seams.Count + 1, parts.Length);
        Assert.Equal(piece.Area, parts.Sum(part => part.Area));
        Assert.All(seams, seam => Assert.All(seam.Columns.Zip(seam.Columns.Skip(1)), step => Assert.InRange(step.First - step.Second, -1, 1)));
        if (piece.Area > 0)
        {
            Piece whole = Piece.Union([.. parts.Where(part => part.Area > 0)]);
            Box box = mask.Bounds()!.Value;
            Assert.Equal(box with { X = box.X + 3, Y = box.Y + 5 }, whole.Box);
            Assert.Equal(mask.Crop(box).Pixels, whole.Ink.Pixels);
        }
    }
}
