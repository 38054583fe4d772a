namespace NeuralCore;

/// <summary>
/// Keeps the learning rate the same between some steps: values[0] up to and with step boundaries[0], then values[1], and so on; Keras's PiecewiseConstantDecay. The optimiser's
/// own learning rate does not count.
/// </summary>
public sealed class PiecewiseConstantDecay : Schedule
{
    private readonly long[] _boundaries;
    private readonly double[] _values;

    /// <summary>Describes the schedule.</summary>
    /// <param name="boundaries">The last step, counted from 0, of each piece but the last one; ascending.</param>
    /// <param name="values">The learning rate of each piece: one more than there are boundaries, each above 0.</param>
    /// <exception cref="ArgumentException">The boundaries are not ascending, there are not as many values as pieces, or a value is not a number above 0.</exception>
    public PiecewiseConstantDecay(IReadOnlyList<long> boundaries, IReadOnlyList<double> values)
    {
        (_boundaries, _values) = ([.. boundaries], [.. values]);
        if (_values.Length != _boundaries.Length + 1)
        {
            throw new ArgumentException($"{_boundaries.Length} boundaries make {_boundaries.Length + 1} pieces, and there are {_values.Length} learning rates: give one a piece.", nameof(values));
        }

        if (_boundaries.Zip(_boundaries.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException("The boundaries of a piecewise constant schedule ascend.", nameof(boundaries));
        }

        if (!_values.All(value => value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentException("A learning rate is a number above 0, such as 0.001.", nameof(values));
        }
    }

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps) => _values[_boundaries.Count(boundary => step > boundary)];
}
