namespace NeuralCore.Data;

/// <summary>Some items of a dataset, in an order of its own.</summary>
public sealed class DatasetSubset : IDataset
{
    private readonly IDataset _source;
    private readonly int[] _items;

    /// <summary>Takes some items, without copying them.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="items">The positions of the items, each in [0, source.Count).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public DatasetSubset(IDataset source, IReadOnlyList<int> items)
    {
        (_source, _items) = (source, [.. items]);
        foreach (int item in _items)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)item, (uint)source.Count, nameof(items));
        }
    }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public Shape ItemShape => _source.ItemShape;

    /// <inheritdoc/>
    public int Classes => _source.Classes;

    /// <inheritdoc/>
    public bool IsConcurrent => _source.IsConcurrent;

    /// <inheritdoc/>
    public void ReadItem(int index, Span<float> destination) => _source.ReadItem(_items[index], destination);

    /// <inheritdoc/>
    public void Expect(int index) => _source.Expect(_items[index]);

    /// <inheritdoc/>
    public int Label(int index) => _source.Label(_items[index]);

    /// <inheritdoc/>
    public Shape? TargetShape => _source.TargetShape;

    /// <inheritdoc/>
    public void ReadTarget(int index, Span<float> destination) => _source.ReadTarget(_items[index], destination);
}
