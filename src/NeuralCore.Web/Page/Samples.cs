using NeuralCore.Data;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Web.Page;

/// <summary>Pictures of 28x28 and their classes.</summary>
/// <param name="Pixels">The pictures, one after the other, 0 to 255.</param>
/// <param name="Labels">The class of each.</param>
internal sealed record Samples(byte[] Pixels, byte[] Labels)
{
    private const int Side = MnistFrame.Side;

    /// <summary>The pixels of a picture.</summary>
    public const int Size = Side * Side;

    /// <summary>How many there are.</summary>
    public int Count => Labels.Length;

    /// <summary>Some of them, in an order.</summary>
    public Samples Take(IReadOnlyList<int> items)
    {
        var pixels = new byte[items.Count * Size];
        for (int i = 0; i < items.Count; i++)
        {
            Pixels.AsSpan(items[i] * Size, Size).CopyTo(pixels.AsSpan(i * Size));
        }

        return new Samples(pixels, [.. items.Select(item => Labels[item])]);
    }

    /// <summary>These and others behind them.</summary>
    public Samples With(Samples others) => new([.. Pixels, .. others.Pixels], [.. Labels, .. others.Labels]);

    /// <summary>As data for a network.</summary>
    public LabelledImages Images(int classes) => new(Pixels, Labels, Side, Side, classes);
}
