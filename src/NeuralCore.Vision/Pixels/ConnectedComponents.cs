using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>The pieces that a mask's ink falls into, where pixels hang together by a side or a corner.</summary>
public sealed class ConnectedComponents
{
    private ConnectedComponents(int width, int[] labels, IReadOnlyList<Component> all)
    {
        (Width, Labels, All) = (width, labels, all);
    }

    /// <summary>Columns of the mask.</summary>
    public int Width { get; }

    /// <summary>For each pixel the number of its piece, and 0 where there is no ink.</summary>
    public int[] Labels { get; }

    /// <summary>The pieces, in the order of their first pixels from the top left; number n stands at n - 1.</summary>
    public IReadOnlyList<Component> All { get; }

    /// <summary>
    /// Finds the pieces row by row: each run of ink is joined with those of the row above that it touches (Rosenfeld and Pfaltz, "Sequential
    /// operations in digital picture processing", 1966), with a disjoint-set forest whose roots are the first runs of their pieces.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ConnectedComponents Of(Mask mask)
    {
        List<Run> runs = Runs(mask);
        Span<Run> all = CollectionsMarshal.AsSpan(runs);
        var labels = new int[mask.Pixels.Length];
        var pieces = new List<(int Left, int Top, int Right, int Bottom, int Area)>();
        var numbers = new int[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            // A root comes before the other runs of its piece, and roots are numbered in the order of the pieces' first pixels.
            ref Run run = ref all[i];
            int root = Root(all, i);
            if (root == i)
            {
                pieces.Add((int.MaxValue, run.Row, 0, 0, 0));
                numbers[i] = pieces.Count;
            }

            int number = numbers[root];
            (int left, int top, int right, _, int area) = pieces[number - 1];
            pieces[number - 1] = (Math.Min(left, run.Start), top, Math.Max(right, run.End), run.Row + 1, area + run.End - run.Start);
            labels.AsSpan((run.Row * mask.Width) + run.Start, run.End - run.Start).Fill(number);
        }

        return new ConnectedComponents(
            mask.Width, labels,
            [.. pieces.Select((piece, i) => new Component(i + 1, new Box(piece.Left, piece.Top, piece.Right - piece.Left, piece.Bottom - piece.Top), piece.Area))]);
    }

    /// <summary>The ink of the pieces that a condition holds for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Mask Select(Predicate<Component> condition)
    {
        bool[] chosen = [false, .. All.Select(component => condition(component))];
        var pixels = new bool[Labels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = chosen[Labels[i]];
        }

        return new Mask(Width, Labels.Length / Width, pixels);
    }

    /// <summary>The ink of one piece, cut out to its box.</summary>
    public Mask Cut(Component piece)
    {
        Box box = piece.Box;
        var pixels = new bool[box.Area];
        for (int y = 0; y < box.Height; y++)
        {
            int from = ((box.Y + y) * Width) + box.X;
            for (int x = 0; x < box.Width; x++)
            {
                pixels[(y * box.Width) + x] = Labels[from + x] == piece.Label;
            }
        }

        return new Mask(box.Width, box.Height, pixels);
    }

    /// <summary>All runs of ink, row by row, each joined with those above it that it touches by a side or a corner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<Run> Runs(Mask mask)
    {
        var runs = new List<Run>();
        int above = 0;
        for (int y = 0; y < mask.Height; y++)
        {
            ReadOnlySpan<bool> row = mask.Pixels.AsSpan(y * mask.Width, mask.Width);
            int first = runs.Count;
            for (int x = 0; row[x..].IndexOf(true) is >= 0 and int paper;)
            {
                // Paper and ink are passed over a vector at a time.
                int start = x + paper;
                int ink = row[start..].IndexOf(false);
                x = ink < 0 ? mask.Width : start + ink;
                runs.Add(new Run(y, start, x, runs.Count));
            }

            Join(CollectionsMarshal.AsSpan(runs), above, first);
            above = first;
        }

        return runs;
    }

    /// <summary>Joins the runs of the last row, from one on, with those of the row above it, which begin at another.</summary>
    private static void Join(Span<Run> runs, int above, int first)
    {
        for (int i = first; i < runs.Length; i++)
        {
            while (above < first && (runs[above].Row + 1 < runs[i].Row || runs[above].End < runs[i].Start))
            {
                above++;
            }

            for (int j = above; j < first && runs[j].Start <= runs[i].End; j++)
            {
                (int one, int other) = (Root(runs, i), Root(runs, j));
                runs[Math.Max(one, other)].Parent = Math.Min(one, other);
            }
        }
    }

    private static int Root(Span<Run> runs, int i)
    {
        while (runs[i].Parent != i)
        {
            // Halving the paths keeps them short.
            i = runs[i].Parent = runs[runs[i].Parent].Parent;
        }

        return i;
    }

    /// <summary>Ink that hangs together in a row.</summary>
    /// <param name="Row">The row.</param>
    /// <param name="Start">Its first column.</param>
    /// <param name="End">The column behind its last.</param>
    /// <param name="Parent">A run before it of the same piece, or itself.</param>
    private record struct Run(int Row, int Start, int End, int Parent);
}
