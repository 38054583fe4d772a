using System.Runtime.CompilerServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// A way from the top of a piece to its bottom along which it can be cut in two. It moves by at most one column a row, so it
/// follows slanted writing, and of all ways through one column of the middle row it crosses the least ink. (Avidan and
/// Shamir, "Seam carving", 2007, find theirs in the same way.)
/// </summary>
/// <param name="Columns">For each row the first column right of the cut.</param>
/// <param name="Crossed">The pixels of ink on the way: about one stroke's width for each stroke that is cut through.</param>
internal sealed record Seam(int[] Columns, int Crossed)
{
    /// <summary>A sideways step costs this part of a pixel of ink, so that among equals the straightest way wins.</summary>
    private const float Bend = 1 / 4096f;

    /// <summary>
    /// The cheap ways to cut a piece: one for each valley of the cost, seen as a function of the column in the middle row.
    /// </summary>
    /// <param name="ink">The piece.</param>
    /// <param name="mostCrossed">The most ink that a cut may cross.</param>
    /// <param name="spacing">The fewest columns between two cuts in the middle row, and between a cut and the piece's sides.</param>
    /// <param name="most">The most cuts to return; the cheapest are.</param>
    /// <returns>The cuts from left to right.</returns>
    public static IReadOnlyList<Seam> Find(Mask ink, int mostCrossed, int spacing, int most)
    {
        float[][] fromTop = Costs(ink, down: true);
        float[][] fromBottom = Costs(ink, down: false);
        int middle = ink.Height / 2;

        // The pixel in the middle row is in both sums.
        float[] through = [.. Enumerable.Range(0, ink.Width).Select(x => fromTop[middle][x] + fromBottom[middle][x] - (ink[x, middle] ? 1 : 0))];
        var chosen = new List<int>();
        foreach (int x in Enumerable.Range(0, ink.Width).OrderBy(x => through[x]).ThenBy(x => Math.Abs((2 * x) - ink.Width)))
        {
            bool isApart = x >= spacing && x < ink.Width - spacing && chosen.TrueForAll(other => Math.Abs(other - x) >= spacing);
            if (isApart && chosen.Count < most && IsValley(through, x))
            {
                chosen.Add(x);
            }
        }

        return [.. chosen.Order().Select(x => Trace(ink, fromTop, fromBottom, x)).Where(seam => seam.Crossed <= mostCrossed)];
    }

    /// <summary>Cuts a piece along several ways at once.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="seams">Ways through it, from left to right.</param>
    /// <returns>One part more than there are ways; a part can be without ink.</returns>
    public static Piece[] Cut(Piece piece, IReadOnlyList<Seam> seams)
    {
        (int width, int height) = (piece.Box.Width, piece.Box.Height);
        var masks = new bool[seams.Count + 1][];
        for (int part = 0; part < masks.Length; part++)
        {
            masks[part] = new bool[width * height];
        }

        // A pixel is in the part behind all cuts that lie left of it.
        bool[] ink = piece.Ink.Pixels;
        var columns = new int[seams.Count];
        for (int y = 0; y < height; y++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = seams[i].Columns[y];
            }

            for (int x = 0; x < width; x++)
            {
                if (ink[(y * width) + x])
                {
                    int part = 0;
                    foreach (int column in columns)
                    {
                        part += column <= x ? 1 : 0;
                    }

                    masks[part][(y * width) + x] = true;
                }
            }
        }

        return Array.ConvertAll(masks, pixels =>
        {
            var mask = new Mask(width, height, pixels);
            Box box = mask.Bounds() ?? new Box(0, 0, 1, 1);
            Mask cropped = mask.Crop(box);
            return new Piece(box with { X = piece.Box.X + box.X, Y = piece.Box.Y + box.Y }, cropped, cropped.Count);
        });
    }

    private static bool IsValley(float[] cost, int x)
    {
        (int left, int right) = (x, x);
        while (left > 0 && cost[left - 1] == cost[x])
        {
            left--;
        }

        while (right < cost.Length - 1 && cost[right + 1] == cost[x])
        {
            right++;
        }

        return (left == 0 || cost[left - 1] > cost[x]) && (right == cost.Length - 1 || cost[right + 1] > cost[x]);
    }

    /// <summary>For each pixel the cheapest way to it from an edge, its own ink included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float[][] Costs(Mask ink, bool down)
    {
        (int width, int height, bool[] pixels) = (ink.Width, ink.Height, ink.Pixels);
        var costs = new float[height][];
        float[] before = new float[width];
        for (int row = 0; row < height; row++)
        {
            int y = down ? row : height - 1 - row;
            var here = new float[width];
            for (int x = 0; x < width; x++)
            {
                float least = before[x];
                if (x > 0 && before[x - 1] + Bend < least)
                {
                    least = before[x - 1] + Bend;
                }

                if (x < width - 1 && before[x + 1] + Bend < least)
                {
                    least = before[x + 1] + Bend;
                }

                here[x] = (pixels[(y * width) + x] ? 1 : 0) + least;
            }

            costs[y] = before = here;
        }

        return costs;
    }

    private static (float Cost, int Column) Cheapest(float[] row, int x)
    {
        (float cost, int column) = (row[x], x);
        if (x > 0 && row[x - 1] + Bend < cost)
        {
            (cost, column) = (row[x - 1] + Bend, x - 1);
        }

        return x < row.Length - 1 && row[x + 1] + Bend < cost ? (row[x + 1] + Bend, x + 1) : (cost, column);
    }

    private static Seam Trace(Mask ink, float[][] fromTop, float[][] fromBottom, int start)
    {
        var columns = new int[ink.Height];
        int middle = ink.Height / 2;
        columns[middle] = start;
        for (int y = middle - 1; y >= 0; y--)
        {
            columns[y] = Cheapest(fromTop[y], columns[y + 1]).Column;
        }

        for (int y = middle + 1; y < ink.Height; y++)
        {
            columns[y] = Cheapest(fromBottom[y], columns[y - 1]).Column;
        }

        return new Seam(columns, Enumerable.Range(0, ink.Height).Count(y => ink[columns[y], y]));
    }
}
