namespace NeuralCore;

/// <summary>
/// What is done with a gradient g and a weight p before an optimiser's own rule, whatever that is:
/// <code>
/// g = min(max(g, -clip), clip)
/// g = g + l2 * p                 the gradient of l2 / 2 * p^2 in the loss
/// p = p - shrinkage * p          Loshchilov and Hutter, "Decoupled weight decay regularization", 2019
/// </code>
/// </summary>
/// <param name="Clip">The largest magnitude that a gradient may have; infinity for no limit. NaN stays NaN.</param>
/// <param name="L2">What of the weight is added to the gradient.</param>
/// <param name="Shrinkage">What of the weight is taken off: the learning rate times the weight decay.</param>
internal readonly record struct Regularization(double Clip = double.PositiveInfinity, double L2 = 0, double Shrinkage = 0)
{
    /// <summary>Whether nothing is done.</summary>
    public bool IsNone => Clip == double.PositiveInfinity && L2 == 0 && Shrinkage == 0;
}
