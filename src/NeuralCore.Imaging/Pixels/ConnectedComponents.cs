using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

/// <summary>The pieces that a mask's ink falls into, where pixels hang together by a side or a corner.</summary>
public sealed class ConnectedComponents
{
    private readonly int _width;

    private ConnectedComponents(int width, int[] labels, IReadOnlyList<Component> all)
    {
        (_width, Labels, All) = (width, labels, all);
    }

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
        for (int i = 0; i < labels.Length; i++)
        {
            if (mask.Pixels[i] && labels[i] == 0)
            {
                labels[i] = components.Count + 1;
                open.Push(i);
                components.Add(Flood(mask, labels, open, components.Count + 1));
            }
        }

        return new ConnectedComponents(mask.Width, labels, components);
    }

    /// <summary>The ink of the pieces that a condition holds for.</summary>
    public Mask Select(Predicate<Component> condition)
    {
        bool[] chosen = [false, .. All.Select(component => condition(component))];
        return new Mask(_width, Labels.Length / _width, Array.ConvertAll(Labels, label => chosen[label]));
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
