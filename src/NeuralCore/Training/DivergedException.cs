namespace NeuralCore;

/// <summary>
/// A training came to a loss or a weight that is infinite or not a number, and was ended: every further step would only have spread it. The message is one sentence that
/// says where, and what to change.
/// </summary>
/// <param name="message">One sentence.</param>
public sealed class DivergedException(string message) : Exception(message)
{
    /// <summary>A loss that is not finite.</summary>
    internal static DivergedException OfLoss(double loss, int epoch, int step, int steps, Optimizer optimizer) => new(FormattableString.Invariant(
        $"The loss is {(double.IsNaN(loss) ? "not a number" : "infinite")} after step {step} of {steps} in epoch {epoch}: the training has diverged, so {Advice(optimizer)}."));

    /// <summary>A weight that is not finite.</summary>
    internal static DivergedException OfWeight(string name, int epoch, Optimizer optimizer) => new(FormattableString.Invariant(
        $"The weights {name} are no longer finite numbers in epoch {epoch}: the training has diverged, so {Advice(optimizer)}."));

    private static string Advice(Optimizer optimizer) => FormattableString.Invariant(
        $"use a learning rate below {optimizer.LearningRate:G3}{(optimizer.GlobalClipNorm is null ? ", or clip the gradients by their norm" : string.Empty)}");
}
