using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <content>The passes over the elements, and what puts their sums together.</content>
internal static unsafe partial class BatchNormCpu
{
    private interface IPost
    {
        static abstract TVec Apply<TSimd, TVec>(TVec value)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged;
    }

    /// <summary>What differs from column to column, each for all of a row.</summary>
    private readonly struct ColumnValues(float* first, int columns)
    {
        /// <summary>How many arrays follow.</summary>
        public const int Arrays = 7;

        public readonly float* Mean = first;
        public readonly float* Remainder = first + columns;
        public readonly float* Inverse = first + (2 * columns);
        public readonly float* Scale = first + (3 * columns);
        public readonly float* Shift = first + (4 * columns);
        public readonly float* Slope = first + (5 * columns);
        public readonly float* Offset = first + (6 * columns);

        public static ColumnValues In(in BatchNormRows rows, float* scratch) => new(scratch, rows.Columns);

        public void SetMean(int column, Pointers weights, int channels)
        {
            Mean[column] = weights.Statistics[column % channels];
            Remainder[column] = weights.Statistics[channels + (column % channels)];
        }

        /// <summary>x - mean; the first difference is exact where the two are close.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVec Centred<TSimd, TVec>(TVec x, int column)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged => TSimd.Subtract(TSimd.Subtract(x, TSimd.Load(Mean + column)), TSimd.Load(Remainder + column));
    }

    /// <summary>
    /// dz of the elements. Whether a ReLU behind let one through is computed anew from x, as forward computed it: y would be another third to read. Where a dropout
    /// follows the ReLU, only y knows what it dropped.
    /// </summary>
    private readonly struct Gates(ColumnValues columns, CpuGradient gradient)
    {
        private readonly bool _isComputed = gradient.ReluOutput != null && gradient.Scale == 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVec At<TSimd, TVec>(nint i, TVec centred, int column)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged => _isComputed
            ? TSimd.ZeroWhereNotPositive(TSimd.MultiplyAdd(centred, TSimd.Load(columns.Scale + column), TSimd.Load(columns.Offset + column)), TSimd.Load(gradient.DOutput + i))
            : gradient.At<TSimd, TVec>(i);
    }

    private readonly struct Linear : IPost
    {
        public static TVec Apply<TSimd, TVec>(TVec value)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged => value;
    }

    private readonly struct WithRelu : IPost
    {
        public static TVec Apply<TSimd, TVec>(TVec value)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged => TSimd.ZeroWhereNotPositive(value, value);
    }

    /// <summary>Of each column of a chunk: its mean, rounded, the sum of the deviations from that, and the sum of their squares.</summary>
    private readonly struct DeviationsJob<TSimd, TVec>(BatchNormRows rows, float* input, float* parts) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int columns = rows.Columns, count = rows.RowsOf(chunk);
            float* x = input + ((nint)chunk * rows.ChunkRows * columns), part = parts + ((nint)chunk * 3 * columns);
            TVec counts = TSimd.Create(count);
            for (int column = 0; column < columns; column += TSimd.Width)
            {
                TVec mean = TSimd.Zero;
                float* at = x + column;
                for (int row = 0; row < count; row++, at += columns)
                {
                    mean = TSimd.Add(mean, TSimd.Load(at));
                }

                mean = TSimd.Divide(mean, counts);
                TVec sum = TSimd.Zero, squares = TSimd.Zero;
                at = x + column;
                for (int row = 0; row < count;)
                {
                    TVec blockSum = TSimd.Zero, blockSquares = TSimd.Zero;
                    for (int end = Math.Min(row + Blocking.BatchNormSumRows, count); row < end; row++, at += columns)
                    {
                        TVec deviation = TSimd.Subtract(TSimd.Load(at), mean);
                        blockSum = TSimd.Add(blockSum, deviation);
                        blockSquares = TSimd.MultiplyAdd(deviation, deviation, blockSquares);
                    }

                    sum = TSimd.Add(sum, blockSum);
                    squares = TSimd.Add(squares, blockSquares);
                }

                TSimd.Store(part + column, mean);
                TSimd.Store(part + columns + column, sum);
                TSimd.Store(part + (2 * columns) + column, squares);
            }
        }
    }

    /// <summary>Puts together the sums of chunks that <see cref="DeviationsJob{TSimd, TVec}"/> writes.</summary>
    private readonly struct Moments(BatchNormRows rows, float* input, float* parts)
    {
        /// <summary>Of one channel: the sum of its elements, and that of the squares of their deviations from their mean.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Of(int c, out double sum, out double squares)
        {
            int channels = rows.Channels, columns = rows.Columns, parted = rows.Chunks;
            float* rest = input + ((nint)rows.Rows * columns);
            (sum, squares) = (0, 0);
            for (int k = 0; k < parted; k++)
            {
                float* part = parts + ((nint)k * 3 * columns);
                for (int p = c; p < columns; p += channels)
                {
                    sum += (rows.RowsOf(k) * (double)part[p]) + part[columns + p];
                }
            }

            for (int p = c; p < rows.Rest; p += channels)
            {
                sum += rest[p];
            }

            double mean = sum / rows.Count;
            for (int k = 0; k < parted; k++)
            {
                float* part = parts + ((nint)k * 3 * columns);
                for (int p = c; p < columns; p += channels)
                {
                    double off = mean - part[p];
                    squares += part[(2 * columns) + p] - (2 * off * part[columns + p]) + (rows.RowsOf(k) * off * off);
                }
            }

            for (int p = c; p < rows.Rest; p += channels)
            {
                squares += (rest[p] - mean) * (rest[p] - mean);
            }
        }
    }

    /// <summary>The statistics of some channels from those of chunks.</summary>
    private readonly struct StatisticsJob(
        BatchNormShape shape, BatchNormRows rows, Moments moments, float* movingMean, float* movingVariance, float* statistics) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int channels = rows.Channels;
            for (int c = chunk * Blocking.Lanes; c < Math.Min((chunk + 1) * Blocking.Lanes, channels); c++)
            {
                moments.Of(c, out double sum, out double squares);
                double mean = sum / rows.Count, variance = squares / rows.Count;
                statistics[c] = (float)mean;
                statistics[channels + c] = (float)(mean - (float)mean);
                statistics[(2 * channels) + c] = (float)(1 / Math.Sqrt(variance + shape.Epsilon));
                movingMean[c] = (float)((shape.Momentum * movingMean[c]) + ((1 - shape.Momentum) * mean));
                movingVariance[c] = (float)((shape.Momentum * movingVariance[c]) + ((1 - shape.Momentum) * variance));
            }
        }
    }

    /// <summary>Some channels' sums of a shard: all sums, then all squares.</summary>
    private readonly struct MomentsJob(BatchNormRows rows, Moments moments, double* sums) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            for (int c = chunk * Blocking.Lanes; c < Math.Min((chunk + 1) * Blocking.Lanes, rows.Channels); c++)
            {
                moments.Of(c, out sums[c], out sums[rows.Channels + c]);
            }
        }
    }

    private readonly struct ForwardJob<TSimd, TVec, TPost>(BatchNormRows rows, ColumnValues columns, float* input, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TPost : IPost
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = Math.Min(chunk * rows.FlatRows, rows.Rows);
            nint i = (nint)first * rows.Columns;
            for (int row = first; row < Math.Min(first + rows.FlatRows, rows.Rows); row++)
            {
                for (int column = 0; column < rows.Columns; column += TSimd.Width, i += TSimd.Width)
                {
                    TSimd.Store(output + i, At(i, column));
                }
            }

            for (int column = 0; first >= rows.Rows && column < rows.Rest; column += TSimd.Width, i += TSimd.Width)
            {
                Tail.StoreUpTo<TSimd, TVec>(output + i, rows.Rest - column, At(i, column));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVec At(nint i, int column) => TPost.Apply<TSimd, TVec>(TSimd.MultiplyAdd(
            columns.Centred<TSimd, TVec>(TSimd.Load(input + i), column), TSimd.Load(columns.Scale + column), TSimd.Load(columns.Shift + column)));
    }

    /// <summary>Of each column of a chunk: the sums of dy and of dy xhat.</summary>
    private readonly struct GradientsJob<TSimd, TVec>(BatchNormRows rows, ColumnValues columns, float* input, CpuGradient gradient, float* parts) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int count = rows.RowsOf(chunk);
            float* part = parts + ((nint)chunk * 2 * rows.Columns);
            var gates = new Gates(columns, gradient);
            for (int column = 0; column < rows.Columns; column += TSimd.Width)
            {
                TVec dBeta = TSimd.Zero, dGamma = TSimd.Zero, inverse = TSimd.Load(columns.Inverse + column);
                nint i = ((nint)chunk * rows.ChunkRows * rows.Columns) + column;
                for (int row = 0; row < count;)
                {
                    TVec blockBeta = TSimd.Zero, blockGamma = TSimd.Zero;
                    for (int end = Math.Min(row + Blocking.BatchNormSumRows, count); row < end; row++, i += rows.Columns)
                    {
                        TVec centred = columns.Centred<TSimd, TVec>(TSimd.Load(input + i), column), dz = gates.At<TSimd, TVec>(i, centred, column);
                        blockBeta = TSimd.Add(blockBeta, dz);
                        blockGamma = TSimd.MultiplyAdd(dz, TSimd.Multiply(centred, inverse), blockGamma);
                    }

                    dBeta = TSimd.Add(dBeta, blockBeta);
                    dGamma = TSimd.Add(dGamma, blockGamma);
                }

                TSimd.Store(part + column, dBeta);
                TSimd.Store(part + rows.Columns + column, dGamma);
            }
        }
    }

    /// <summary>dbeta and dgamma of some channels from the sums of chunks; also in double unless <c>sums</c> is null.</summary>
    private readonly struct GradientSumsJob(
        BatchNormRows rows, ColumnValues columns, float* input, CpuGradient gradient, float* parts, float* dGamma, float* dBeta, double* sums) : IChunkedJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            nint rest = (nint)rows.Rows * rows.Columns;
            int parted = rows.Chunks;
            for (int c = chunk * Blocking.Lanes; c < Math.Min((chunk + 1) * Blocking.Lanes, rows.Channels); c++)
            {
                double beta = 0, gamma = 0;
                for (int k = 0; k < parted; k++)
                {
                    float* part = parts + ((nint)k * 2 * rows.Columns);
                    for (int p = c; p < rows.Columns; p += rows.Channels)
                    {
                        beta += part[p];
                        gamma += part[rows.Columns + p];
                    }
                }

                for (int p = c; p < rows.Rest; p += rows.Channels)
                {
                    double dy = gradient.At(rest + p), centred = (double)input[rest + p] - columns.Mean[p] - columns.Remainder[p];
                    beta += dy;
                    gamma += dy * centred * columns.Inverse[p];
                }

                (dBeta[c], dGamma[c]) = ((float)beta, (float)gamma);
                if (sums != null)
                {
                    (sums[c], sums[rows.Channels + c]) = (beta, gamma);
                }
            }
        }
    }

    /// <summary>dx = scale (dy - shift + slope xhat).</summary>
    private readonly struct InputGradientJob<TSimd, TVec>(BatchNormRows rows, ColumnValues columns, float* input, CpuGradient gradient, float* dInput) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int first = Math.Min(chunk * rows.FlatRows, rows.Rows);
            nint i = (nint)first * rows.Columns;
            var gates = new Gates(columns, gradient);
            for (int row = first; row < Math.Min(first + rows.FlatRows, rows.Rows); row++)
            {
                for (int column = 0; column < rows.Columns; column += TSimd.Width, i += TSimd.Width)
                {
                    TSimd.Store(dInput + i, At(i, column, gates));
                }
            }

            for (int column = 0; first >= rows.Rows && column < rows.Rest; column += TSimd.Width, i += TSimd.Width)
            {
                Tail.StoreUpTo<TSimd, TVec>(dInput + i, rows.Rest - column, At(i, column, gates));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVec At(nint i, int column, in Gates gates)
        {
            TVec centred = columns.Centred<TSimd, TVec>(TSimd.Load(input + i), column);
            TVec normalized = TSimd.Multiply(centred, TSimd.Load(columns.Inverse + column));
            TVec dz = TSimd.Subtract(gates.At<TSimd, TVec>(i, centred, column), TSimd.Load(columns.Shift + column));
            return TSimd.Multiply(TSimd.Load(columns.Scale + column), TSimd.MultiplyAdd(TSimd.Load(columns.Slope + column), normalized, dz));
        }
    }
}
