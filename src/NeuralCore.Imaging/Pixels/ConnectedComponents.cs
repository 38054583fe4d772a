using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

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

    /// <summary>Finds the pieces by flooding each from its first pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ConnectedComponents Of(Mask mask)
    {
        var labels = new int[mask.Pixels.Length];
        var components = new List<Component>();
        var open = new Stack<int>();
        int i = 0;
        for (int next = mask.Pixels.AsSpan().IndexOf(true); next >= 0; next = mask.Pixels.AsSpan(i).IndexOf(true))
        {
            // Between pieces is much paper, which is passed over a vector at a time.
            for (i += next; i < labels.Length && mask.Pixels[i]; i++)
            {
                if (labels[i] == 0)
                {
                    labels[i] = components.Count + 1;
                    open.Push(i);
                    components.Add(Flood(mask, labels, open, components.Count + 1));
                }
            }
        }

        return new ConnectedComponents(mask.Width, labels, components);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Component Flood(Mask mask, int[] labels, Stack<int> open, int label)
    {
        (int left, int top, int right, int bottom, int area) = (int.MaxValue, int.MaxValue, 0, 0, 0);
        while (open.TryPop(out int pixel))
        {
            (int x, int y) = (pixel % mask.Width, pixel / mask.Width);
            area++;
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), Math.Max(bottom, y + 1));
            for (int row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, mask.Height - 1); row++)
            {
                for (int column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, mask.Width - 1); column++)
                {
                    int neighbour = (row * mask.Width) + column;
                    if (mask.Pixels[neighbour] && labels[neighbour] == 0)
                    {
                        labels[neighbour] = label;
                        open.Push(neighbour);
                    }
                }
            }
        }

        return new Component(label, new Box(left, top, right - left, bottom - top), area);
    }
}
