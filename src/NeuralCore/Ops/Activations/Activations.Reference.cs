using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// An activation function as a textbook loop, element by element: y = f(x) and dx = f'(x) dy. What f is stands with its formula, one file each in
/// Formulas. Saved for backward: x or y, as the formula says.
/// </summary>
internal static class ActivationReference
{
    /// <summary>y = f(x).</summary>
    /// <param name="function">f.</param>
    /// <param name="input">x.</param>
    /// <param name="output">Receives y, as many elements.</param>
    public static void Forward<T>(ActivationFunction function, ReadOnlySpan<T> input, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = function.Value(input[i]);
        }
    }

    /// <summary>dx = f'(x) dy.</summary>
    /// <param name="function">f.</param>
    /// <param name="saved">x or y, as f says.</param>
    /// <param name="dOutput">dy, as many elements.</param>
    /// <param name="dInput">Receives dx, as many elements.</param>
    public static void Backward<T>(ActivationFunction function, ReadOnlySpan<T> saved, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < saved.Length; i++)
        {
            dInput[i] = function.Slope(saved[i]) * dOutput[i];
        }
    }
}
