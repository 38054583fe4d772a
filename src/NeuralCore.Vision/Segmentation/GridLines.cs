using System.Runtime.CompilerServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// The level lines of a grid that was rectified roughly, each followed through the picture on its own: paper is bent, and lines are
/// drawn by hand or printed too faint to be whole. A line is the way from left to right that has the most of it, found column by column
/// (the dynamic programme of Viterbi, 1967).
/// </summary>
internal sealed class GridLines
{
    /// <summary>A level stroke belongs to a line if it is at least this long, in heights of a cell. Strokes of digits seldom are.</summary>
    private const double ShortestRun = 0.4;

    /// <summary>How far a line may lie from where evenly spaced ones lie, in heights of a cell.</summary>
    private const double Reach = 0.3;

    /// <summary>How much less a mark counts that is no part of a level stroke.</summary>
    private const float StrayMark = 0.25f;

    /// <summary>What a step up or down costs, in columns of line.</summary>
    private const float StepCost = 0.3f;

    /// <summary>Of a line that is there, this share of its columns is found at least.</summary>
    private const double LeastCovered = 0.5;

    /// <summary>And of all lines together.</summary>
    private const double LeastCoveredOfAll = 0.75;

    /// <summary>Halfway between two lines of a grid there is none: of one that would run through whole cells there, no more than this share is found.</summary>
    private const double MostBetween = 0.5;

    /// <summary>How much darker a line is than the paper on both sides, of 255.</summary>
    private const double FaintestLine = 6;

    private readonly int[][] _lines;
    private readonly int _margin;

    private GridLines(int[][] lines, int margin, bool isWhole) => (_lines, _margin, IsWhole) = (lines, margin, isWhole);

    /// <summary>Whether all lines were found, and none between them.</summary>
    public bool IsWhole { get; }

    /// <summary>Follows the lines.</summary>
    /// <param name="strength">The ink of the rectified grid, 0 to 255: its outer lines lie about <paramref name="margin"/> pixels from the edges.</param>
    /// <param name="margin">The paper around the grid, in pixels.</param>
    /// <param name="cells">How many cells lie above one another.</param>
    public static GridLines Follow(GrayImage strength, int margin, int cells)
    {
        double cell = (double)(strength.Height - (2 * margin)) / cells;
        Mask marks = Ridges(strength);
        Mask level = LevelRuns(marks, (int)Math.Ceiling(ShortestRun * cell)), throughCells = LevelRuns(marks, (int)cell);
        var lines = new int[cells + 1][];
        double all = 0, least = 1, between = 0;
        for (int i = 0; i <= cells; i++)
        {
            lines[i] = Follow(marks, level, margin, margin + (i * cell), Reach * cell);
            double covered = Covered(level, margin, lines[i]);
            (all, least) = (all + covered, Math.Min(least, covered));
            between = i < cells ? Math.Max(between, Covered(throughCells, margin, Follow(marks, throughCells, margin, margin + ((i + 0.5) * cell), (0.5 - Reach) * cell))) : between;
        }

        bool isWhole = least >= LeastCovered && all >= LeastCoveredOfAll * (cells + 1) && between <= MostBetween;
        return new GridLines(lines, margin, isWhole);
    }

    /// <summary>The row of a line in a column of the picture; columns beside the grid count as its first and last.</summary>
    public double Row(int line, double column) => _lines[line][Math.Clamp((int)column - _margin, 0, _lines[line].Length - 1)] + 0.5;

    /// <summary>Where the mean of a few columns is darker than a little above and below: lines, however faint, and not the edges of what is wider.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Mask Ridges(GrayImage strength)
    {
        const int across = 4;
        const int along = 3;
        var sums = new IntegralImage(strength);
        var ridges = new Mask(strength.Width, strength.Height);
        for (int y = across; y < strength.Height - across; y++)
        {
            for (int x = along; x < strength.Width - along; x++)
            {
                double Mean(int row) => sums.Sum(new Box(x - along, row, (2 * along) + 1, 1)) / ((2 * along) + 1);
                ridges[x, y] = Mean(y) - Math.Max(Mean(y - across), Mean(y + across)) > FaintestLine;
            }
        }

        return ridges;
    }

    /// <summary>Marks in level runs of at least this many columns. A run may climb by a row wherever the ink does, and skip a column or two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Mask LevelRuns(Mask marks, int shortest)
    {
        const int widestBreak = 2;
        var runs = new Mask(marks.Width, marks.Height);
        for (int y = 0; y < marks.Height; y++)
        {
            (int begin, int end) = (0, -1);
            for (int x = 0; x <= marks.Width; x++)
            {
                bool isNear = x < marks.Width && (marks[x, y] || (y > 0 && marks[x, y - 1]) || (y + 1 < marks.Height && marks[x, y + 1]));
                if (!isNear)
                {
                    continue;
                }

                if (x - end > widestBreak + 1)
                {
                    Keep(begin, end);
                    begin = x;
                }

                end = x;
            }

            Keep(begin, end);

            void Keep(int from, int to)
            {
                for (int x = from; to - from + 1 >= shortest && x <= to; x++)
                {
                    runs[x, y] = marks[x, y];
                }
            }
        }

        return runs;
    }

    private static double Covered(Mask level, int margin, int[] line)
    {
        int count = 0;
        for (int i = 0; i < line.Length; i++)
        {
            count += level[margin + i, line[i]] || (line[i] > 0 && level[margin + i, line[i] - 1]) || (line[i] + 1 < level.Height && level[margin + i, line[i] + 1]) ? 1 : 0;
        }

        return (double)count / line.Length;
    }

    /// <summary>The best way from the left end of the grid to the right within some rows of a straight one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Follow(Mask marks, Mask level, int margin, double row, double reach)
    {
        int top = Math.Max(0, (int)(row - reach)), rows = Math.Min(marks.Height, (int)(row + reach) + 1) - top;
        int columns = marks.Width - (2 * margin);
        var best = new float[rows];
        var next = new float[rows];
        var steps = new sbyte[columns * rows];
        for (int x = 0; x < columns; x++)
        {
            for (int i = 0; i < rows; i++)
            {
                (float most, int step) = (best[i], 0);
                (most, step) = i > 0 && best[i - 1] - StepCost > most ? (best[i - 1] - StepCost, -1) : (most, step);
                (most, step) = i + 1 < rows && best[i + 1] - StepCost > most ? (best[i + 1] - StepCost, 1) : (most, step);
                int column = margin + x, y = top + i;
                next[i] = most + (level[column, y] ? 1 : marks[column, y] ? StrayMark : 0);
                steps[(x * rows) + i] = (sbyte)step;
            }

            (best, next) = (next, best);
        }

        // Of equally good ends the one nearest to the straight line.
        int at = Enumerable.Range(0, rows).OrderByDescending(i => best[i]).ThenBy(i => Math.Abs(top + i - row)).First();
        var line = new int[columns];
        for (int x = columns - 1; x >= 0; x--)
        {
            line[x] = top + at;
            at += steps[(x * rows) + at];
        }

        return line;
    }
}
