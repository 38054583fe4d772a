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

    /// <summary>The number of pictures.</summary>
    public int Count => Labels.Length;

    /// <summary>The pictures at some places, in the order of the places.</summary>
    public Samples Take(IReadOnlyList<int> items)
    {
        var pixels = new byte[items.Count * Size];
        for (int i = 0; i < items.Count; i++)
        {
            Pixels.AsSpan(items[i] * Size, Size).CopyTo(pixels.AsSpan(i * Size));
        }

        return new Samples(pixels, [.. items.Select(item => Labels[item])]);
    }

    /// <summary>These and then others.</summary>
    public Samples With(Samples others) => new([.. Pixels, .. others.Pixels], [.. Labels, .. others.Labels]);

    /// <summary>As data for a network.</summary>
    public LabelledImages Images(int classes) => new(Pixels, Labels, Side, Side, classes);
}
