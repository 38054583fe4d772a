using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// Takes the lines of ruled and squared paper, and of frames, out of the ink. A line runs from edge to edge, straight and thin,
/// nearly level or nearly upright; a digit's strokes do not. Where a stroke crosses it, the ink is thicker than the line and stays.
/// </summary>
public static class RuledLines
{
    /// <summary>How much of its way through the picture a line has to be ink.</summary>
    private const double Coverage = 0.85;

    /// <summary>A line that leaves the picture early, at the upper or lower edge, counts if it crosses so much of the width.</summary>
    private const double ShortestSpan = 0.5;

    /// <summary>The steepest line: it rises by this share of its length, about six degrees.</summary>
    private const double SteepestRise = 0.1;

    /// <summary>The thickest line, as a share of the picture's longer side.</summary>
    private const double ThickestLine = 0.03;

    /// <summary>How far a line may stray from a straight one: one pixel in this many.</summary>
    private const int PixelsPerStray = 300;

    /// <summary>How much may be left of a digit for it to be one: a share of all ink.</summary>
    private const double LeastInkLeft = 0.1;

    /// <summary>Lines of one direction go all at once. More directions than these are no paper's.</summary>
    private const int MostDirections = 6;

    /// <summary>Removes the lines. If hardly any ink would be left, they were the digit: a one can run from edge to edge.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="marks">The ink and fainter marks: lines are often printed paler than ink, and to be whole they need all of it.</param>
    /// <returns>The ink and the marks without the lines.</returns>
    public static (Mask Ink, Mask Marks) Remove(Mask ink, Mask marks)
    {
        Mask columns = marks.Transposed(), level = FindLevel(marks, columns, ThickestLine), upright = FindLevel(columns, marks, ThickestLine);
        if (level.Count + upright.Count == 0)
        {
            return (ink, marks);
        }

        Mask lines = level.With(upright.Transposed());
        Mask left = ink.Without(lines);
        return left.Count >= LeastInkLeft * ink.Count ? (left, marks.Without(lines)) : (ink, marks);
    }

    /// <summary>The marks that belong to lines from the left edge to the right.</summary>
    /// <param name="marks">The marks.</param>
    /// <param name="thickestLine">The thickest line, as a share of the longer side.</param>
    internal static Mask FindLevel(Mask marks, double thickestLine) => FindLevel(marks, marks.Transposed(), thickestLine);

    private static Mask FindLevel(Mask marks, Mask transposed, double thickestLine)
    {
        int stray = Math.Max(1, marks.Width / PixelsPerStray);
        double thickest = Math.Max(stray + 2, Math.Max(marks.Width, marks.Height) * thickestLine);
        List<Run> runs = Runs(transposed);
        var lines = new Mask(marks.Width, marks.Height);

        // Most pictures have no line, and too few columns with a mark for one.
        bool canBe = CountColumns(runs) >= Coverage * ShortestSpan * marks.Width;
        for (int direction = 0; canBe && direction < MostDirections; direction++)
        {
            int? rise = FindRise(runs, marks, stray);
            Run[] onLines = rise is null ? [] : [.. OnLines(runs, marks, rise.Value, stray)];
            int thickness = onLines.Length == 0 ? 0 : onLines.Select(run => run.Height).Order().ElementAt(onLines.Length / 2);
            if (thickness == 0 || thickness > thickest)
            {
                break;
            }

            HashSet<Run> thin = [.. onLines.Where(run => run.Height <= (2 * thickness) + stray)];
            runs.RemoveAll(thin.Contains);
            foreach (Run run in thin)
            {
                for (int y = run.Top; y < run.Bottom; y++)
                {
                    lines[run.X, y] = true;
                }
            }
        }

        return lines;
    }

    private static int CountColumns(List<Run> runs)
    {
        (int count, int last) = (0, -1);
        foreach (Run run in runs)
        {
            (count, last) = (run.X == last ? count : count + 1, run.X);
        }

        return count;
    }

    /// <summary>The rise, in pixels over the whole width, of the line that is most complete; null if none is complete enough.</summary>
    private static int? FindRise(List<Run> runs, Mask marks, int stray)
    {
        int steepest = (int)(marks.Width * SteepestRise);
        (int? found, double best) = (null, 0);
        for (int rise = -steepest; rise <= steepest; rise += stray)
        {
            double most = 0;
            foreach (double coverage in CoverageAt(runs, marks, rise, stray))
            {
                most = coverage > most ? coverage : most;
            }

            bool isStraighter = most == best && Math.Abs(rise) < Math.Abs(found ?? int.MaxValue);
            if (most >= Coverage && (most > best || isStraighter))
            {
                (found, best) = (rise, most);
            }
        }

        return found;
    }

    /// <summary>The runs on a complete line of one rise.</summary>
    private static IEnumerable<Run> OnLines(List<Run> runs, Mask marks, int rise, int stray)
    {
        double[] coverage = CoverageAt(runs, marks, rise, stray);
        foreach (Run run in runs)
        {
            int shift = Math.Abs(rise) - Shift(rise, run.X, marks.Width);
            if (coverage.AsSpan(run.Top + shift, run.Height).ContainsAnyInRange(Coverage, 1))
            {
                yield return run;
            }
        }
    }

    /// <summary>
    /// For each line of one rise, by the row in which it begins at the left edge: the share of its columns with a mark on it or so near.
    /// Lines begin up to |rise| rows above the picture, so entry i is the line that begins in row i - |rise|.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] CoverageAt(List<Run> runs, Mask marks, int rise, int stray)
    {
        int above = Math.Abs(rise);
        var shifts = new int[marks.Width];
        for (int x = 0; x < shifts.Length; x++)
        {
            shifts[x] = above - Shift(rise, x, marks.Width);
        }

        var marked = new int[marks.Height + (2 * above) + 1];
        var within = new int[marked.Length];

        // Each run adds one to an interval of lines: up where it begins, down where it ends, and the sums over that.
        (int column, int end) = (-1, 0);
        foreach (Run run in CollectionsMarshal.AsSpan(runs))
        {
            int shift = shifts[run.X];
            int begin = Math.Max(run.Top + shift - stray, run.X == column ? end : 0);
            (column, end) = (run.X, Math.Min(run.Bottom + shift + stray, marked.Length - 1));
            if (begin < end)
            {
                marked[begin]++;
                marked[end]--;
            }
        }

        foreach (int shift in shifts)
        {
            within[shift]++;
            within[shift + marks.Height]--;
        }

        var coverage = new double[marked.Length - 1];
        (int ink, int all) = (0, 0);
        for (int line = 0; line < coverage.Length; line++)
        {
            ink += marked[line];
            all += within[line];
            coverage[line] = all < ShortestSpan * marks.Width ? 0 : Math.Min(1, (double)ink / all);
        }

        return coverage;
    }

    private static int Shift(int rise, int x, int width) => (int)Math.Round((double)rise * x / width);

    /// <summary>The upright runs of marks, column after column from the top: the rows of the transposed mask, which are passed over a vector at a time.</summary>
    private static List<Run> Runs(Mask columns)
    {
        var runs = new List<Run>();
        for (int x = 0; x < columns.Height; x++)
        {
            ReadOnlySpan<bool> column = columns.Pixels.AsSpan(x * columns.Width, columns.Width);
            for (int y = column.IndexOf(true); y >= 0 && y < column.Length;)
            {
                int length = column[y..].IndexOf(false), bottom = length < 0 ? column.Length : y + length;
                runs.Add(new Run(x, y, bottom));
                int gap = column[bottom..].IndexOf(true);
                y = gap < 0 ? -1 : bottom + gap;
            }
        }

        return runs;
    }

    private readonly record struct Run(int X, int Top, int Bottom)
    {
        public int Height => Bottom - Top;
    }
}
