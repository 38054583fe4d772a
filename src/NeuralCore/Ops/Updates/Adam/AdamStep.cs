namespace NeuralCore;

/// <summary>
/// One step of Adam, as Keras computes it (Kingma and Ba 2015, the form just before section 2.1):
/// <code>
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// p = p - stepSize * m / (sqrt(v) + epsilon),    stepSize = learningRate * sqrt(1 - beta2^t) / (1 - beta1^t)
/// </code>
/// PyTorch computes their Algorithm 1, which adds epsilon when v has its bias correction: the same with epsilon * sqrt(1 - beta2^t).
/// <para/>
/// A moment that is subnormal, nearer to zero than 1.2e-38, is set to zero, as TensorFlow's threads do for all numbers. The moment of a weight
/// that gets no gradient any more decays to there and, since 0.9 times the smallest number rounds to that number, would stay for ever; many
/// processors multiply subnormal numbers in microcode. Over epsilon, such a moment moves no weight that is not itself below 1e-27.
/// <para/>
/// All numbers here are in double: 1f - 0.999f is already wrong in its fifth digit. Each is rounded once, by the op that uses it.
/// </summary>
/// <param name="StepSize">The learning rate with both bias corrections.</param>
/// <param name="Beta1">The decay of the first moment m.</param>
/// <param name="Beta2">The decay of the second moment v.</param>
/// <param name="Epsilon">Added to sqrt(v).</param>
internal readonly record struct AdamStep(double StepSize, double Beta1, double Beta2, double Epsilon)
{
    /// <summary>The step number <paramref name="t"/>, counted from 1.</summary>
    public static AdamStep At(
        long t, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7, EpsilonRule epsilonRule = EpsilonRule.Keras)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(t, 1);
        double root = Math.Sqrt(1 - Math.Pow(beta2, t));
        double stepSize = learningRate * root / (1 - Math.Pow(beta1, t));
        return new AdamStep(stepSize, beta1, beta2, epsilonRule == EpsilonRule.Keras ? epsilon : epsilon * root);
    }
}
