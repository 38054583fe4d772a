namespace NeuralCore;

/// <summary>
/// Losses, hits and metrics of parts of the data, which several ranks have measured, added in the order of the parts; and whether the training is cancelled on any
/// rank. All ranks get the same results.
/// </summary>
/// <param name="ranks">The ranks; null for a single process.</param>
/// <param name="width">The numbers of a part: its items, then the sums.</param>
internal sealed class SharedSums(Communicator? ranks, int width)
{
    private readonly int[] _firsts = new int[(ranks?.Size ?? 1) + 1];
    private readonly int[] _partFirsts = new int[(ranks?.Size ?? 1) + 1];
    private double[] _all = [];

    /// <summary>The numbers of a part, which the rank that has it writes.</summary>
    public Span<double> this[int part] => _all.AsSpan(PlaceOf(part), width);

    /// <summary>Sets all numbers to 0.</summary>
    /// <param name="firsts">The first part of each rank, and at the end the number of parts.</param>
    /// <param name="isCancelled">Whether the training is cancelled on this rank.</param>
    public void Begin(ReadOnlySpan<int> firsts, bool isCancelled)
    {
        firsts.CopyTo(_partFirsts);
        for (int rank = 0; rank < _firsts.Length; rank++)
        {
            // The number before the parts of each rank is 1 if the training is cancelled there, else 0.
            _firsts[rank] = rank + (firsts[rank] * width);
        }

        int length = _firsts[^1];
        if (_all.Length != length)
        {
            _all = new double[length];
        }

        _all.AsSpan().Clear();
        _all[_firsts[ranks?.Rank ?? 0]] = isCancelled ? 1 : 0;
    }

    /// <summary>Shares the numbers, and adds them up.</summary>
    /// <returns>Whether the training is cancelled on any rank.</returns>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public bool End(RunningMean mean)
    {
        ranks?.AllGather(_all.AsSpan(), _firsts);
        bool isCancelled = false;
        for (int rank = 0; rank + 1 < _firsts.Length; rank++)
        {
            isCancelled |= _all[_firsts[rank]] != 0;
            for (int part = _partFirsts[rank]; part < _partFirsts[rank + 1]; part++)
            {
                mean.AddSums(_all.AsSpan(_firsts[rank] + 1 + ((part - _partFirsts[rank]) * width), width));
            }
        }

        return isCancelled;
    }

    private int PlaceOf(int part)
    {
        int rank = ranks?.Rank ?? 0;
        return _firsts[rank] + 1 + ((part - _partFirsts[rank]) * width);
    }
}
