namespace NeuralCore;

/// <summary>
/// Lets the learning rate rise in a line, from a part of the optimiser's to all of it, over the first steps of a training, and hands the rest of them to another schedule: that
/// counts its steps from there (Goyal et al., "Accurate, large minibatch SGD", 2017; Keras's CosineDecay has it as warmup_steps).
/// </summary>
/// <param name="steps">The steps in which it rises, at least 1.</param>
/// <param name="then">What the rest of the training follows; the rate stays if null.</param>
/// <param name="from">What part of the learning rate the first step has, in [0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class Warmup(long steps, Schedule? then = null, double from = 0) : Schedule
{
    private readonly long _rising = steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A warm-up takes at least one step.");
    private readonly double _from = from >= 0 && from <= 1 ? from : throw new ArgumentOutOfRangeException(nameof(from), from, "A warm-up begins at a part of the learning rate in [0, 1].");

    /// <inheritdoc/>
    public override double Rate(double learningRate, long step, long steps) => step < _rising
        ? learningRate * (_from + ((1 - _from) * step / _rising))
        : then?.Rate(learningRate, step - _rising, Math.Max(1, steps - _rising)) ?? learningRate;
}
