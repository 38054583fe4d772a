using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Takes the lines of a straightened grid out of its ink. It is known where they are, so the ink itself says how thick each is; where
/// more is there, a stroke crosses the line and stays.
/// </summary>
internal static class GridEraser
{
    /// <summary>How far a line may stray from where it should be, as a share of a cell's side.</summary>
    private const double Stray = 0.07;

    /// <summary>A line's ink is at most this many times as thick as it mostly is, and a pixel more.</summary>
    private const double Uneven = 1.5;

    /// <summary>Erases the level lines.</summary>
    /// <param name="ink">A page of square cells; it is changed.</param>
    /// <param name="side">The side of a cell, in pixels: lines are at its multiples.</param>
    public static void EraseLevel(Mask ink, int side)
    {
        int reach = (int)Math.Ceiling(Stray * side);
        for (int row = 0; row <= ink.Height; row += side)
        {
            (int Top, int Bottom)?[] runs = [.. Enumerable.Range(0, ink.Width).Select(x => RunNear(ink, x, row, reach))];
            int[] heights = [.. runs.OfType<(int Top, int Bottom)>().Select(run => run.Bottom - run.Top).Order()];
            int thickest = heights.Length == 0 ? 0 : (int)(Uneven * heights[heights.Length / 2]) + 1;
            for (int x = 0; x < ink.Width; x++)
            {
                for (int y = runs[x]?.Top ?? 0; runs[x] is { } run && run.Bottom - run.Top <= thickest && y < run.Bottom; y++)
                {
                    ink[x, y] = false;
                }
            }
        }
    }

    /// <summary>The upright run of ink of a column that comes nearest to a row.</summary>
    private static (int Top, int Bottom)? RunNear(Mask ink, int x, int row, int reach)
    {
        for (int distance = 0; distance <= reach; distance++)
        {
            foreach (int y in (ReadOnlySpan<int>)[row - distance, row + distance])
            {
                if (y >= 0 && y < ink.Height && ink[x, y])
                {
                    (int top, int bottom) = (y, y + 1);
                    while (top > 0 && ink[x, top - 1])
                    {
                        top--;
                    }

                    while (bottom < ink.Height && ink[x, bottom])
                    {
                        bottom++;
                    }

                    return (top, bottom);
                }
            }
        }

        return null;
    }
}
