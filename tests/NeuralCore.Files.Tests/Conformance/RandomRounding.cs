namespace NeuralCore.Files.Tests.Conformance;

/// <summary>
/// Moves each number that an operation gives by two roundings of single precision, up or down at random, while a plan runs in double precision: how far
/// the network's outputs move with them is how far single precision may carry them. (Monte Carlo arithmetic: Parker, UCLA report CSD-970002, 1997.)
/// </summary>
/// <param name="plan">The plan that runs.</param>
/// <param name="backend">What it runs on.</param>
/// <param name="items">The number of items.</param>
/// <param name="random">Decides the directions.</param>
internal sealed class RandomRounding(Plan<double> plan, IBackend<double> backend, int items, Random random) : IStepClock
{
    // One when products are summed or a function is computed, and one when the result is stored.
    private const double TwoRoundings = 2.0 / (1 << 24);

    /// <inheritdoc/>
    public void Forward(int step)
    {
        Value output = plan.Steps[step].Node.Output;
        var values = new double[items * output.Shape.Count];
        backend.Download<double>(plan[output], values);
        backend.Upload<double>(Array.ConvertAll(values, value => value * (random.Next(2) == 0 ? 1 + TwoRoundings : 1 - TwoRoundings)), plan[output]);
    }

    /// <inheritdoc/>
    public void Backward(int step)
    {
    }
}
