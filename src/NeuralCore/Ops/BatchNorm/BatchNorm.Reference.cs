using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Batch normalization as textbook loops: Ioffe and Szegedy 2015. Over the R = N x Positions elements of a channel
/// <code>
/// mean     = sum x / R              variance = sum (x - mean)^2 / R
/// xhat     = (x - mean) / sqrt(variance + epsilon)
/// y        = gamma xhat + beta
/// dbeta    = sum dy                 dgamma = sum dy xhat
/// dx       = gamma / sqrt(variance + epsilon) (dy - dbeta / R - xhat dgamma / R)     of the batch's own statistics
/// dx       = gamma / sqrt(variance + epsilon) dy                                     of moving ones
/// moving   = momentum moving + (1 - momentum) statistic
/// </code>
/// The moving variance takes in the variance of the formula, divided by R, as in Keras; PyTorch divides that one by R - 1. Statistics are computed in two
/// passes, the second of which also corrects the first: Chan, Golub and LeVeque 1983, equation 1.7.
/// </summary>
internal static class BatchNormReference
{
    /// <summary>The statistics of a batch, which the moving ones take in.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="movingMean">One a channel.</param>
    /// <param name="movingVariance">One a channel.</param>
    /// <param name="statistics">Receives <see cref="BatchNormWeights.Statistics"/>.</param>
    public static void Statistics<T>(
        in BatchNormShape shape, int items, ReadOnlySpan<T> input, Span<T> movingMean, Span<T> movingVariance, Span<T> statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = shape.Channels, rows = items * shape.Positions;
        T count = T.CreateChecked(rows), momentum = T.CreateChecked(shape.Momentum), rest = T.CreateChecked(1 - shape.Momentum);
        for (int c = 0; c < channels; c++)
        {
            T sum = T.Zero;
            for (int r = 0; r < rows; r++)
            {
                sum += input[(r * channels) + c];
            }

            T mean = sum / count, left = T.Zero, squares = T.Zero;
            for (int r = 0; r < rows; r++)
            {
                T deviation = input[(r * channels) + c] - mean;
                left += deviation;
                squares += deviation * deviation;
            }

            T variance = (squares - (left * left / count)) / count;
            Write(shape, c, mean, left / count, variance, statistics);
            movingMean[c] = (momentum * movingMean[c]) + (rest * (mean + (left / count)));
            movingVariance[c] = (momentum * movingVariance[c]) + (rest * variance);
        }
    }

    /// <summary>Of a shard the sum of each channel, then of each channel the sum of squared deviations from its mean.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The items of the shard.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="sums">Receives 2 x Channels.</param>
    public static void ShardMoments<T>(in BatchNormShape shape, int items, ReadOnlySpan<T> input, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = shape.Channels, rows = items * shape.Positions;
        for (int c = 0; c < channels; c++)
        {
            (double sum, double squares) = (0, 0);
            for (int r = 0; r < rows; r++)
            {
                sum += double.CreateChecked(input[(r * channels) + c]);
            }

            for (int r = 0; r < rows; r++)
            {
                double deviation = double.CreateChecked(input[(r * channels) + c]) - (sum / rows);
                squares += deviation * deviation;
            }

            (sums[c], sums[channels + c]) = (sum, squares);
        }
    }

    /// <summary>dx of a shard: the formula of dx, with sums over the whole batch.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The items of the shard.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="weights">Statistics of the whole batch, and gamma.</param>
    /// <param name="dOutput">The gradient before the activation, N x Positions x Channels.</param>
    /// <param name="dInput">Receives dx.</param>
    /// <param name="totals">dbeta, dgamma and R of the whole batch.</param>
    public static void ShardInputGradient<T>(
        in BatchNormShape shape, int items, ReadOnlySpan<T> input, BatchNormSpans<T> weights, ReadOnlySpan<T> dOutput, Span<T> dInput, BatchNormTotals totals)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(totals.Count);
        for (int i = 0; i < items * shape.InputCount; i++)
        {
            int c = i % shape.Channels;
            T dBeta = T.CreateChecked(totals.Gradients[c]), dGamma = T.CreateChecked(totals.Gradients[shape.Channels + c]);
            T own = (dBeta / count) + (Normalized(shape, weights, input[i], c) * dGamma / count);
            dInput[i] = weights.Gamma(c) * weights.Statistics[(2 * shape.Channels) + c] * (dOutput[i] - own);
        }
    }

    /// <summary>The moving statistics in the form that the other passes read.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="movingMean">One a channel.</param>
    /// <param name="movingVariance">One a channel.</param>
    /// <param name="statistics">Receives <see cref="BatchNormWeights.Statistics"/>.</param>
    public static void MovingStatistics<T>(in BatchNormShape shape, ReadOnlySpan<T> movingMean, ReadOnlySpan<T> movingVariance, Span<T> statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int c = 0; c < shape.Channels; c++)
        {
            Write(shape, c, movingMean[c], T.Zero, movingVariance[c], statistics);
        }
    }

    /// <summary>y.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="weights">Statistics, gamma and beta; the last two may be empty.</param>
    /// <param name="activation">Linear or ReLU.</param>
    /// <param name="output">Receives N x Positions x Channels.</param>
    public static void Forward<T>(
        in BatchNormShape shape, int items, ReadOnlySpan<T> input, BatchNormSpans<T> weights, Activation activation, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = items * shape.InputCount;
        for (int i = 0; i < count; i++)
        {
            int c = i % shape.Channels;
            output[i] = (weights.Gamma(c) * Normalized(shape, weights, input[i], c)) + weights.Beta(c);
        }

        if (activation == Activation.Relu)
        {
            ReluReference.Forward(output[..count], output);
        }
    }

    /// <summary>The gradients, each of which is written unless it is empty.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="items">The number of items N.</param>
    /// <param name="input">N x Positions x Channels.</param>
    /// <param name="weights">Statistics and gamma.</param>
    /// <param name="ofBatch">Whether the statistics are those of the batch.</param>
    /// <param name="dOutput">The gradient before the activation, N x Positions x Channels.</param>
    /// <param name="dInput">Receives dx.</param>
    /// <param name="gradients">Receives dgamma and dbeta.</param>
    public static void Backward<T>(
        in BatchNormShape shape, int items, ReadOnlySpan<T> input, BatchNormSpans<T> weights, bool ofBatch, ReadOnlySpan<T> dOutput, Span<T> dInput, BatchNormSpans<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = shape.Channels, rows = items * shape.Positions;
        T count = T.CreateChecked(rows);
        for (int c = 0; c < channels; c++)
        {
            T dBeta = T.Zero, dGamma = T.Zero;
            for (int r = 0; r < rows; r++)
            {
                int i = (r * channels) + c;
                dBeta += dOutput[i];
                dGamma += dOutput[i] * Normalized(shape, weights, input[i], c);
            }

            gradients.Write(c, dGamma, dBeta);
            for (int r = 0; r < rows && !dInput.IsEmpty; r++)
            {
                int i = (r * channels) + c;
                T own = ofBatch ? (dBeta / count) + (Normalized(shape, weights, input[i], c) * dGamma / count) : T.Zero;
                dInput[i] = weights.Gamma(c) * weights.Statistics[(2 * channels) + c] * (dOutput[i] - own);
            }
        }
    }

    /// <summary>
    /// A linear op and the normalization of its outputs by moving statistics, as one linear op: w' = w s and b' = (b - mean) s + beta with
    /// s = gamma / sqrt(variance + epsilon).
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="kernel">Rows x Channels.</param>
    /// <param name="bias">One a channel, or empty.</param>
    /// <param name="weights">Statistics, gamma and beta.</param>
    /// <param name="foldedKernel">Receives Rows x Channels.</param>
    /// <param name="foldedBias">Receives one a channel.</param>
    public static void Fold<T>(
        in BatchNormShape shape, ReadOnlySpan<T> kernel, ReadOnlySpan<T> bias, BatchNormSpans<T> weights, Span<T> foldedKernel, Span<T> foldedBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = shape.Channels;
        for (int i = 0; i < kernel.Length; i++)
        {
            foldedKernel[i] = kernel[i] * (weights.Gamma(i % channels) * weights.Statistics[(2 * channels) + (i % channels)]);
        }

        for (int c = 0; c < channels; c++)
        {
            foldedBias[c] = (weights.Gamma(c) * Normalized(shape, weights, bias.IsEmpty ? T.Zero : bias[c], c)) + weights.Beta(c);
        }
    }

    private static T Normalized<T>(in BatchNormShape shape, BatchNormSpans<T> weights, T x, int c)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        (x - weights.Statistics[c] - weights.Statistics[shape.Channels + c]) * weights.Statistics[(2 * shape.Channels) + c];

    private static void Write<T>(in BatchNormShape shape, int c, T mean, T remainder, T variance, Span<T> statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        statistics[c] = mean;
        statistics[shape.Channels + c] = remainder;
        statistics[(2 * shape.Channels) + c] = T.One / T.Sqrt(variance + T.CreateChecked(shape.Epsilon));
    }
}

/// <summary><see cref="BatchNormWeights"/> as numbers; gamma and beta may be empty, and are 1 and 0 then.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal readonly ref struct BatchNormSpans<T>(Span<T> statistics, Span<T> gamma, Span<T> beta)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Span<T> _gamma = gamma;
    private readonly Span<T> _beta = beta;

    /// <summary>3 x Channels.</summary>
    public Span<T> Statistics { get; } = statistics;

    /// <summary>The factor of a channel.</summary>
    public T Gamma(int channel) => _gamma.IsEmpty ? T.One : _gamma[channel];

    /// <summary>The offset of a channel.</summary>
    public T Beta(int channel) => _beta.IsEmpty ? T.Zero : _beta[channel];

    /// <summary>Writes gamma and beta of all channels, each unless its span is empty.</summary>
    internal void Write(ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta)
    {
        for (int c = 0; c < gamma.Length; c++)
        {
            Write(c, gamma[c], beta[c]);
        }
    }

    /// <summary>Writes gamma and beta of one channel, each unless its span is empty.</summary>
    internal void Write(int channel, T gamma, T beta)
    {
        if (!_gamma.IsEmpty)
        {
            _gamma[channel] = gamma;
        }

        if (!_beta.IsEmpty)
        {
            _beta[channel] = beta;
        }
    }
}
