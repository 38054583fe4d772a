namespace NeuralCore;

/// <summary>The same elements, in the same order in memory, under another shape. It moves nothing.</summary>
public sealed class Reshape : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="targetShape">The extents of an output item; one of them may be -1, which takes what is left.</param>
    /// <exception cref="ArgumentException">An extent is neither positive nor the only -1.</exception>
    public Reshape(params ReadOnlySpan<int> targetShape)
    {
        int[] extents = targetShape.ToArray();
        if (extents.Count(extent => extent == -1) > 1 || extents.Any(extent => extent < 1 && extent != -1))
        {
            throw new ArgumentException($"The extents of a reshaped item are at least 1, or one of them -1, and were {string.Join(", ", extents)}.", nameof(targetShape));
        }

        TargetShape = extents;
    }

    /// <summary>The extents of an output item; one of them may be -1, which takes what is left.</summary>
    public IReadOnlyList<int> TargetShape { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        long known = TargetShape.Where(extent => extent != -1).Aggregate(1L, (product, extent) => product * extent);
        bool isOpen = TargetShape.Contains(-1);
        return (isOpen ? input.Count % known == 0 : input.Count == known)
            ? new Shape([.. TargetShape.Select(extent => extent == -1 ? (int)(input.Count / known) : extent)])
            : throw new ArgumentException($"{input.Count} elements cannot be shaped as {string.Join('x', TargetShape)}.");
    }

    /// <inheritdoc/>
    public override Value Build(Value input) => new IdentityNode(input, Kind, OutputShape(input.Shape)).Output;
}
