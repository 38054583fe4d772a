using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// The sums of a batch normalization's shards, put together in the order of the shards, in double (Chan, Golub and LeVeque 1983). A shard without items has
/// zeros.
/// </summary>
/// <param name="shape">The sizes.</param>
/// <param name="all">
/// Shards x (1 + 2 x Channels): of each shard the elements of a channel, then either the sums and the sums of squared deviations of all channels, or dbeta and dgamma.
/// </param>
internal readonly ref struct ShardSums(in BatchNormShape shape, ReadOnlySpan<double> all)
{
    private readonly ReadOnlySpan<double> _all = all;
    private readonly BatchNormShape _shape = shape;

    /// <summary>How many numbers one shard has.</summary>
    public static int CountOf(in BatchNormShape shape) => 1 + (2 * shape.Channels);

    /// <summary>The statistics of the whole batch in the form that the other passes read.</summary>
    public void WriteStatistics<T>(Span<T> statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int c = 0; c < _shape.Channels; c++)
        {
            (double mean, double variance) = Moments(c);
            T rounded = T.CreateChecked(mean);
            statistics[c] = rounded;
            statistics[_shape.Channels + c] = T.CreateChecked(mean - double.CreateChecked(rounded));
            statistics[(2 * _shape.Channels) + c] = T.CreateChecked(1 / Math.Sqrt(variance + _shape.Epsilon));
        }
    }

    /// <summary>Moves the moving statistics towards those of the batch.</summary>
    public void MoveStatistics<T>(Span<T> movingMean, Span<T> movingVariance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double rest = 1 - _shape.Momentum;
        for (int c = 0; c < _shape.Channels; c++)
        {
            (double mean, double variance) = Moments(c);
            movingMean[c] = T.CreateChecked((_shape.Momentum * double.CreateChecked(movingMean[c])) + (rest * mean));
            movingVariance[c] = T.CreateChecked((_shape.Momentum * double.CreateChecked(movingVariance[c])) + (rest * variance));
        }
    }

    /// <summary>dbeta of each channel, then dgamma, over the whole batch: 2 x Channels.</summary>
    public void WriteGradients(Span<double> totals)
    {
        int width = CountOf(_shape);
        totals.Clear();
        for (int first = 0; first < _all.Length; first += width)
        {
            for (int i = 0; i < totals.Length; i++)
            {
                totals[i] += _all[first + 1 + i];
            }
        }
    }

    private (double Mean, double Variance) Moments(int c)
    {
        int width = CountOf(_shape), squaresAt = 1 + _shape.Channels + c;
        (double count, double sum, double squares) = (0, 0, 0);
        for (int first = 0; first < _all.Length; first += width)
        {
            count += _all[first];
            sum += _all[first + 1 + c];
        }

        double mean = sum / count;
        for (int first = 0; first < _all.Length; first += width)
        {
            if (_all[first] > 0)
            {
                double off = (_all[first + 1 + c] / _all[first]) - mean;
                squares += _all[first + squaresAt] + (_all[first] * off * off);
            }
        }

        return (mean, squares / count);
    }
}
