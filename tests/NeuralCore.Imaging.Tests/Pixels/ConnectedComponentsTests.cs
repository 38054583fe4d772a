using FsCheck.Xunit;
using NeuralCore.Vision.Pixels;
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

    /// <summary>Against the definition: what can be reached from a pixel step by step, numbered by first pixels.</summary>
    [Property(MaxTest = 300)]
    public void Pieces_are_what_a_flood_reaches(int seed)
    {
        var random = new Random(seed);
        (int width, int height) = (random.Next(1, 80), random.Next(1, 40));
        double ink = random.NextDouble();
        var mask = new Mask(width, height, [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble() < ink)]);
        int[] expected = new int[mask.Pixels.Length];
        int number = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (mask.Pixels[i] && expected[i] == 0)
            {
                Flood(mask, expected, i, ++number);
            }
        }

        ConnectedComponents pieces = ConnectedComponents.Of(mask);
        Assert.Equal(expected, pieces.Labels);
        Assert.Equal(number, pieces.All.Count);
    }

    private static void Flood(Mask mask, int[] labels, int first, int number)
    {
        var open = new Stack<int>([first]);
        while (open.TryPop(out int pixel))
        {
            (int x, int y) = (pixel % mask.Width, pixel / mask.Width);
            if (labels[pixel] != 0 || !mask.Pixels[pixel])
            {
                continue;
            }

            labels[pixel] = number;
            for (int row = Math.Max(0, y - 1); row <= Math.Min(mask.Height - 1, y + 1); row++)
            {
                for (int column = Math.Max(0, x - 1); column <= Math.Min(mask.Width - 1, x + 1); column++)
                {
                    open.Push((row * mask.Width) + column);
                }
            }
        }
    }
}
