using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>RMSprop as a textbook loop; <see cref="RmsPropStep"/> states the rule.</summary>
internal static class RmsPropReference
{
    /// <summary>
    /// Updates parameters, mean squares v, the last steps b and mean gradients a in place; all have the same length, but b is empty where there is no
    /// momentum, and a where it is not centered.
    /// </summary>
    public static void Update<T>(in RmsPropStep step, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> v, Span<T> b, Span<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T rate = T.CreateChecked(step.LearningRate), momentum = T.CreateChecked(step.Momentum);
        T rho = T.CreateChecked(step.Rho), oneMinusRho = T.CreateChecked(1 - step.Rho);
        T inside = T.CreateChecked(step.EpsilonInside), outside = T.CreateChecked(step.EpsilonOutside);
        for (int i = 0; i < parameters.Length; i++)
        {
            T g = gradients[i];
            v[i] = Subnormal.ToZero((rho * v[i]) + (oneMinusRho * g * g));
            T square = v[i];
            if (!a.IsEmpty)
            {
                a[i] = Subnormal.ToZero((rho * a[i]) + (oneMinusRho * g));
                square = T.Max(T.Zero, square - (a[i] * a[i]));
            }

            T change = rate * g / (T.Sqrt(square + inside) + outside);
            if (!b.IsEmpty)
            {
                change = b[i] = Subnormal.ToZero((momentum * b[i]) + change);
            }

            parameters[i] -= change;
        }
    }
}
