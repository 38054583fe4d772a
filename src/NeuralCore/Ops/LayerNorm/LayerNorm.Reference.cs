using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Layer normalization as textbook loops: Ba, Kiros and Hinton 2016. Over the F features of a row
/// <code>
/// mean   = sum x / F               variance = sum (x - mean)^2 / F
/// xhat   = (x - mean) / sqrt(variance + epsilon)
/// y      = gamma xhat + beta
/// dgamma = sum over rows of dy xhat                      dbeta = sum over rows of dy
/// dx     = (g - mean(g) - xhat mean(g xhat)) / sqrt(variance + epsilon)      with g = dy gamma
/// </code>
/// Nothing is saved: backward computes the statistics again. Sums are computed in double in every type of number.
/// </summary>
internal static class LayerNormReference
{
    /// <summary>y.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items.</param>
    /// <param name="input">Items x rows x features.</param>
    /// <param name="gamma">One factor a feature; 1 if empty.</param>
    /// <param name="beta">One offset a feature; 0 if empty.</param>
    /// <param name="output">Receives items x rows x features.</param>
    public static void Forward<T>(in LayerNormShape shape, int items, ReadOnlySpan<T> input, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < items * shape.Rows; row++)
        {
            ForwardRow(shape, input.Slice(row * shape.Features, shape.Features), gamma, beta, output.Slice(row * shape.Features, shape.Features));
        }
    }

    /// <summary>dx.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items.</param>
    /// <param name="input">Items x rows x features.</param>
    /// <param name="gamma">One factor a feature; 1 if empty.</param>
    /// <param name="dOutput">Items x rows x features.</param>
    /// <param name="dInput">Receives items x rows x features.</param>
    public static void BackwardInput<T>(in LayerNormShape shape, int items, ReadOnlySpan<T> input, ReadOnlySpan<T> gamma, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < items * shape.Rows; row++)
        {
            int first = row * shape.Features;
            BackwardRow(shape, input.Slice(first, shape.Features), gamma, dOutput.Slice(first, shape.Features), dInput.Slice(first, shape.Features));
        }
    }

    /// <summary>dgamma and dbeta.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items.</param>
    /// <param name="input">Items x rows x features.</param>
    /// <param name="dOutput">Items x rows x features.</param>
    /// <param name="dGamma">Receives one number a feature, unless it is empty.</param>
    /// <param name="dBeta">Receives one number a feature, unless it is empty.</param>
    public static void BackwardWeights<T>(in LayerNormShape shape, int items, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] sums = new double[2 * shape.Features];
        for (int row = 0; row < items * shape.Rows; row++)
        {
            int first = row * shape.Features;
            AddRow(shape, input.Slice(first, shape.Features), dOutput.Slice(first, shape.Features), sums);
        }

        for (int i = 0; i < shape.Features; i++)
        {
            if (!dGamma.IsEmpty)
            {
                dGamma[i] = T.CreateChecked(sums[i]);
            }

            if (!dBeta.IsEmpty)
            {
                dBeta[i] = T.CreateChecked(sums[shape.Features + i]);
            }
        }
    }

    /// <summary>One row of y.</summary>
    internal static void ForwardRow<T>(in LayerNormShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double mean, double inverse) = Statistics(shape, input);
        for (int i = 0; i < input.Length; i++)
        {
            double normalized = (double.CreateChecked(input[i]) - mean) * inverse;
            output[i] = T.CreateChecked((At(gamma, i, 1) * normalized) + At(beta, i, 0));
        }
    }

    /// <summary>One row of dx.</summary>
    internal static void BackwardRow<T>(in LayerNormShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> gamma, ReadOnlySpan<T> dOutput, Span<T> dInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double mean, double inverse) = Statistics(shape, input);
        double sum = 0, products = 0;
        for (int i = 0; i < input.Length; i++)
        {
            double g = double.CreateChecked(dOutput[i]) * At(gamma, i, 1);
            sum += g;
            products += g * (double.CreateChecked(input[i]) - mean) * inverse;
        }

        (sum, products) = (sum / input.Length, products / input.Length);
        for (int i = 0; i < input.Length; i++)
        {
            double normalized = (double.CreateChecked(input[i]) - mean) * inverse;
            dInput[i] = T.CreateChecked(((double.CreateChecked(dOutput[i]) * At(gamma, i, 1)) - sum - (normalized * products)) * inverse);
        }
    }

    /// <summary>Adds a row's part to dgamma, and behind it to dbeta.</summary>
    internal static void AddRow<T>(in LayerNormShape shape, ReadOnlySpan<T> input, ReadOnlySpan<T> dOutput, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double mean, double inverse) = Statistics(shape, input);
        for (int i = 0; i < input.Length; i++)
        {
            double dy = double.CreateChecked(dOutput[i]);
            sums[i] += dy * (double.CreateChecked(input[i]) - mean) * inverse;
            sums[input.Length + i] += dy;
        }
    }

    private static (double Mean, double Inverse) Statistics<T>(in LayerNormShape shape, ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0, squares = 0;
        foreach (T value in row)
        {
            sum += double.CreateChecked(value);
        }

        double mean = sum / row.Length;
        foreach (T value in row)
        {
            double deviation = double.CreateChecked(value) - mean;
            squares += deviation * deviation;
        }

        return (mean, 1 / Math.Sqrt((squares / row.Length) + shape.Epsilon));
    }

    private static double At<T>(ReadOnlySpan<T> values, int index, double otherwise)
        where T : unmanaged, IFloatingPointIeee754<T> => values.IsEmpty ? otherwise : double.CreateChecked(values[index]);
}
