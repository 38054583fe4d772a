namespace NeuralCore;

/// <summary>
/// One step of RMSprop (Tieleman and Hinton, "Lecture 6.5", 2012), as Keras computes it:
/// <code>
/// v = rho * v + (1 - rho) * g^2
/// a = rho * a + (1 - rho) * g                                    where it is centered
/// s = learningRate * g / sqrt(v + epsilon),  or over sqrt(v - a^2 + epsilon) where it is centered
/// p = p - s,  or  b = momentum * b + s,  p = p - b  where there is momentum
/// </code>
/// PyTorch adds epsilon to the root, and multiplies by the learning rate when b is subtracted, which is the same as long as that stays the same.
/// v - a^2 is a variance, and no less than 0 whatever rounding makes of it. What is kept is set to zero where it is subnormal, for the reason that
/// <see cref="AdamStep"/> gives.
/// </summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Rho">The decay of the mean squared gradient v, and of the mean gradient a.</param>
/// <param name="Momentum">How much of the last step is taken again; 0 where b is not kept.</param>
/// <param name="Epsilon">Keeps the division away from zero.</param>
/// <param name="EpsilonRule">Where it is added.</param>
/// <param name="IsCentered">Whether gradients are divided by their deviation, and not by the root of their mean square.</param>
internal readonly record struct RmsPropStep(
    double LearningRate, double Rho, double Momentum, double Epsilon, EpsilonRule EpsilonRule = EpsilonRule.Keras, bool IsCentered = false)
{
    /// <summary>What is added under the root.</summary>
    public double EpsilonInside => EpsilonRule == EpsilonRule.Keras ? Epsilon : 0;

    /// <summary>What is added to the root.</summary>
    public double EpsilonOutside => EpsilonRule == EpsilonRule.Keras ? 0 : Epsilon;
}
