using System.Diagnostics;

namespace NeuralCore;

/// <summary>One step of a plan, or a stage around the plan, with the time it took over all training steps together.</summary>
/// <param name="Name">The op and what is fused into it, or the stage.</param>
/// <param name="ForwardSeconds">The time of its forward passes.</param>
/// <param name="BackwardSeconds">The time of its backward passes, the gradients of input and parameters together; 0 where there is none.</param>
/// <param name="ForwardFlop">The floating-point operations of those forward passes, computed densely; 0 where arithmetic is not what takes the time.</param>
/// <param name="BackwardFlop">The same of the backward passes. Where zeros are skipped fewer are done, so a rate may exceed the machine's peak.</param>
public sealed record ProfileRow(string Name, double ForwardSeconds, double BackwardSeconds, double ForwardFlop, double BackwardFlop)
{
    /// <summary>Both directions.</summary>
    public double Seconds => ForwardSeconds + BackwardSeconds;
}

/// <summary>
/// Where the time of training goes: give one to <c>model.Profile</c>, train, and read <see cref="Rows"/>. It takes the
/// clock between steps, some 20 ns each, and allocates nothing while training runs.
/// </summary>
public sealed class TrainingProfile : IStepClock
{
    private IReadOnlyList<(string Name, long ForwardFlop, long BackwardFlop)> _steps = [];
    private long[] _ticks = [];
    private long _last;
    private long _items;

    /// <summary>The training steps that were taken.</summary>
    public int Steps { get; private set; }

    /// <summary>The time of the training loops as a clock on the wall sees them: what the rows do not explain is the loop around them.</summary>
    public double WallSeconds { get; private set; }

    /// <summary>Loading the batches, the plan's steps in the order of forward, the optimiser, and the metrics.</summary>
    public IReadOnlyList<ProfileRow> Rows =>
        _ticks.Length == 0 ? [] :
        [
            new ProfileRow("Load the batch", Seconds(2 * _steps.Count), 0, 0, 0),
            .. _steps.Select((step, i) => new ProfileRow(
                step.Name, Seconds(i), Seconds(_steps.Count + i), (double)_items * step.ForwardFlop, (double)_items * step.BackwardFlop)),
            new ProfileRow("Update", Seconds((2 * _steps.Count) + 1), 0, 0, 0),
            new ProfileRow("Metrics", Seconds((2 * _steps.Count) + 2), 0, 0, 0),
        ];

    /// <summary>Begins a training step.</summary>
    internal void Begin(Plan<float> plan)
    {
        if (_steps.Count != plan.Steps.Count)
        {
            _steps = [.. plan.Steps.Select(step => (step.Node.Description, step.Node.ForwardFlop, step.BackwardFlop))];
            _ticks = new long[(2 * _steps.Count) + 3];
        }

        _last = Stopwatch.GetTimestamp();
    }

    internal void Loaded(int items)
    {
        _items += items;
        Mark(2 * _steps.Count);
    }

    void IStepClock.Forward(int step) => Mark(step);

    void IStepClock.Backward(int step) => Mark(_steps.Count + step);

    internal void Updated() => Mark((2 * _steps.Count) + 1);

    internal void End()
    {
        Mark((2 * _steps.Count) + 2);
        Steps++;
    }

    internal void AddWall(double seconds) => WallSeconds += seconds;

    private void Mark(int row)
    {
        long now = Stopwatch.GetTimestamp();
        _ticks[row] += now - _last;
        _last = now;
    }

    private double Seconds(int row) => (double)_ticks[row] / Stopwatch.Frequency;
}
