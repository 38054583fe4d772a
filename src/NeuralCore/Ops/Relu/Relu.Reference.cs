using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// The rectified linear unit, element by element: y = x where x &gt; 0, else 0; NaN stays NaN.
/// Its derivative is 1 where x &gt; 0 and 0 elsewhere, which can be read off y, so y is all that backward needs.
/// </summary>
internal static class ReluReference
{
    /// <summary>y = max(x, 0). <paramref name="output"/> may be <paramref name="input"/>.</summary>
    public static void Forward<T>(ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = input[i] <= T.Zero ? T.Zero : input[i];
        }
    }

    /// <summary>dx = dy where y is not 0, else 0. <paramref name="dInput"/> may be either of the others.</summary>
    public static void Backward<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < output.Length; i++)
        {
            dInput[i] = output[i] <= T.Zero ? T.Zero : dOutput[i];
        }
    }
}
