using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>Stochastic gradient descent as a textbook loop; <see cref="SgdStep"/> states the rule.</summary>
internal static class SgdReference
{
    /// <summary>Updates parameters and velocity in place; all have the same length, but the velocity is empty where there is no momentum.</summary>
    public static void Update<T>(in SgdStep step, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> velocity)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T rate = T.CreateChecked(step.LearningRate), momentum = T.CreateChecked(step.Momentum);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (velocity.IsEmpty)
            {
                parameters[i] -= rate * gradients[i];
                continue;
            }

            velocity[i] = Subnormal.ToZero((momentum * velocity[i]) - (rate * gradients[i]));
            parameters[i] += step.IsNesterov ? (momentum * velocity[i]) - (rate * gradients[i]) : velocity[i];
        }
    }
}
