using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>Adam as a textbook loop; <see cref="AdamStep"/> states the rule.</summary>
internal static class AdamReference
{
    /// <summary>Updates parameters and moments in place; all four have the same length.</summary>
    public static void Update<T>(in AdamStep step, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> m, Span<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T stepSize = T.CreateChecked(step.StepSize);
        T epsilon = T.CreateChecked(step.Epsilon);
        T beta1 = T.CreateChecked(step.Beta1);
        T beta2 = T.CreateChecked(step.Beta2);
        T oneMinusBeta1 = T.CreateChecked(1 - step.Beta1);
        T oneMinusBeta2 = T.CreateChecked(1 - step.Beta2);
        for (int i = 0; i < parameters.Length; i++)
        {
            T g = gradients[i];
            m[i] = Subnormal.ToZero((beta1 * m[i]) + (oneMinusBeta1 * g));
            v[i] = Subnormal.ToZero((beta2 * v[i]) + (oneMinusBeta2 * g * g));
            parameters[i] -= stepSize * m[i] / (T.Sqrt(v[i]) + epsilon);
        }
    }
}
