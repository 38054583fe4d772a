namespace NeuralCore.Data;

/// <summary>A range of another dataset's items, without copying them.</summary>
public sealed class DatasetSlice : IDataset
{
    private readonly IDataset _source;
    private readonly int _start;

    /// <summary>Takes <paramref name="count"/> items from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the source.</exception>
    public DatasetSlice(IDataset source, int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, source.Count - count);
        (_source, _start, Count) = (source, start, count);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Shape ItemShape => _source.ItemShape;

    /// <inheritdoc/>
    public int Classes => _source.Classes;

    /// <inheritdoc/>
    public bool IsConcurrent => _source.IsConcurrent;

    /// <inheritdoc/>
    public void ReadItem(int index, Span<float> destination) => _source.ReadItem(InRange(index), destination);

    /// <inheritdoc/>
    public void Expect(int index) => _source.Expect(InRange(index));

    /// <inheritdoc/>
    public int Label(int index) => _source.Label(InRange(index));

    /// <inheritdoc/>
    public Shape? TargetShape => _source.TargetShape;

    /// <inheritdoc/>
    public void ReadTarget(int index, Span<float> destination) => _source.ReadTarget(InRange(index), destination);

    private int InRange(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _start + index;
    }
}
