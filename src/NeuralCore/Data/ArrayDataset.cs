namespace NeuralCore.Data;

/// <summary>Items that lie one after the other in memory, with a class each or with numbers as targets.</summary>
public sealed class ArrayDataset : IDataset
{
    private readonly ReadOnlyMemory<float> _items;
    private readonly ReadOnlyMemory<int> _labels;
    private readonly ReadOnlyMemory<float> _targets;

    /// <summary>Pairs items with classes, without copying either.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="itemShape">The shape of one item.</param>
    /// <param name="labels">One class an item, each in [0, <paramref name="classes"/>).</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">There are not as many values as that takes, or a label is outside the classes.</exception>
    public ArrayDataset(ReadOnlyMemory<float> items, Shape itemShape, ReadOnlyMemory<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (_items, _labels, ItemShape, Classes, Count) = (items, labels, itemShape, classes, labels.Length);
        RequireItems();
        int stranger = labels.Span.IndexOfAnyExceptInRange(0, classes - 1);
        if (stranger >= 0)
        {
            throw new ArgumentException($"Label {labels.Span[stranger]} at position {stranger:N0} is outside the {classes} classes.", nameof(labels));
        }
    }

    /// <summary>Pairs items with numbers as targets, without copying either.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="itemShape">The shape of one item.</param>
    /// <param name="targets">The targets, row-major, one item's after the other's.</param>
    /// <param name="targetShape">The shape of one item's target.</param>
    /// <exception cref="ArgumentException">There are not as many values as that takes.</exception>
    public ArrayDataset(ReadOnlyMemory<float> items, Shape itemShape, ReadOnlyMemory<float> targets, Shape targetShape)
    {
        (_items, _targets, ItemShape, TargetShape, Count) = (items, targets, itemShape, targetShape, targets.Length / targetShape.Count);
        if (targets.Length % targetShape.Count != 0)
        {
            throw new ArgumentException($"{targets.Length:N0} numbers are not a whole number of targets of {targetShape}.", nameof(targets));
        }

        RequireItems();
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Shape ItemShape { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public Shape? TargetShape { get; }

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public void ReadItem(int index, Span<float> destination) => Of(_items, ItemShape, index).CopyTo(destination);

    /// <inheritdoc/>
    public int Label(int index) => TargetShape is null ? _labels.Span[index] : throw new NotSupportedException("The targets of this data are numbers.");

    /// <inheritdoc/>
    public void ReadTarget(int index, Span<float> destination) =>
        Of(_targets, TargetShape ?? throw new NotSupportedException("The targets of this data are classes."), index).CopyTo(destination);

    private static ReadOnlySpan<float> Of(ReadOnlyMemory<float> values, Shape shape, int index) => values.Span.Slice(index * shape.Count, shape.Count);

    private void RequireItems()
    {
        if (_items.Length != (long)Count * ItemShape.Count)
        {
            throw new ArgumentException(
                $"{Count:N0} {(TargetShape is null ? "labels" : "targets")} of items of {ItemShape} need {(long)Count * ItemShape.Count:N0} values, and there are {_items.Length:N0}.");
        }
    }
}
