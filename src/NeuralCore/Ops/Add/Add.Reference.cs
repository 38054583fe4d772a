using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// The sum of tensors, element by element, as a textbook loop: y = ((x0 + x1) + x2) + ..., and dx_k = dy for each of them. Nothing is saved.
/// </summary>
internal static class AddReference
{
    /// <summary>a = a + b.</summary>
    public static void AddTo<T>(Span<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] += b[i];
        }
    }
}
