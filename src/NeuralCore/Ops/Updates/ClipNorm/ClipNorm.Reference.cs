using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Clipping by a norm (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013): where the Euclidean norm of some
/// numbers is above a limit, all are multiplied by limit / norm. A norm that is NaN changes nothing.
/// </summary>
internal static class ClipNormReference
{
    /// <summary>Clips in place.</summary>
    public static void Clip<T>(double limit, Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in values)
        {
            double wide = double.CreateChecked(value);
            sum += wide * wide;
        }

        double norm = Math.Sqrt(sum);
        if (norm > limit)
        {
            T scale = T.CreateChecked(limit / norm);
            foreach (ref T value in values)
            {
                value *= scale;
            }
        }
    }
}
