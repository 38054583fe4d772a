using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>
/// Batch normalization in vectors. The items are seen as a matrix whose rows are as many channels as fill whole vectors of every width, so that few
/// channels leave no lane empty. A chunk is some rows of it, a function of the sizes alone: it sums deviations from a mean of its own while they are in
/// cache, and the sums of chunks are put together in double, in their order (Chan, Golub and LeVeque 1983). So x is read from memory once for its
/// statistics, and a mean far from zero costs no digits.
/// </summary>
internal static unsafe partial class BatchNormCpu
{
    /// <summary>The bytes of scratch that any pass takes.</summary>
    public static long ScratchBytes(in BatchNormShape shape, int items)
    {
        var rows = new BatchNormRows(shape, items);
        return sizeof(float) * ((3L * rows.Chunks * rows.Columns) + ((long)ColumnValues.Arrays * rows.Columns) + (2L * Blocking.Aligned(shape.Channels)));
    }

    /// <summary>The statistics of a batch; the moving ones take them in.</summary>
    public static void Statistics<TSimd, TVec>(
        WorkerPool pool, in BatchNormShape shape, int items, float* input, float* movingMean, float* movingVariance, float* statistics, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var rows = new BatchNormRows(shape, items);
        pool.Run(new DeviationsJob<TSimd, TVec>(rows, input, scratch), rows.Chunks);
        pool.Run(new StatisticsJob(shape, rows, new Moments(rows, input, scratch), movingMean, movingVariance, statistics), rows.ChannelGroups);
    }

    /// <summary>Of a shard the sum of each channel, then of each channel the sum of squared deviations from its mean: 2 x Channels.</summary>
    public static void ShardMoments<TSimd, TVec>(WorkerPool pool, in BatchNormShape shape, int items, float* input, double* sums, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var rows = new BatchNormRows(shape, items);
        pool.Run(new DeviationsJob<TSimd, TVec>(rows, input, scratch), rows.Chunks);
        pool.Run(new MomentsJob(rows, new Moments(rows, input, scratch), sums), rows.ChannelGroups);
    }

    /// <summary>The moving statistics in the form that the other passes read.</summary>
    public static void MovingStatistics(in BatchNormShape shape, float* movingMean, float* movingVariance, float* statistics)
    {
        for (int c = 0; c < shape.Channels; c++)
        {
            statistics[c] = movingMean[c];
            statistics[shape.Channels + c] = 0;
            statistics[(2 * shape.Channels) + c] = (float)(1 / Math.Sqrt(movingVariance[c] + shape.Epsilon));
        }
    }

    /// <summary>y.</summary>
    public static void Forward<TSimd, TVec>(
        WorkerPool pool, in BatchNormShape shape, int items, float* input, Pointers weights, bool isRelu, float* output, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var rows = new BatchNormRows(shape, items);
        var columns = ColumnValues.In(rows, scratch);
        for (int p = 0; p < rows.Columns; p++)
        {
            int c = p % rows.Channels;
            columns.SetMean(p, weights, rows.Channels);
            columns.Scale[p] = weights.GammaAt(c) * weights.Statistics[(2 * rows.Channels) + c];
            columns.Shift[p] = weights.OffsetAt(c);
        }

        if (isRelu)
        {
            pool.Run(new ForwardJob<TSimd, TVec, WithRelu>(rows, columns, input, output), rows.FlatChunks);
        }
        else
        {
            pool.Run(new ForwardJob<TSimd, TVec, Linear>(rows, columns, input, output), rows.FlatChunks);
        }
    }

    /// <summary>dx, dgamma and dbeta, each where it is asked for.</summary>
    public static void Backward<TSimd, TVec>(
        WorkerPool pool, in BatchNormShape shape, int items, float* input, Pointers weights, CpuGradient gradient, Destinations destinations, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        var rows = new BatchNormRows(shape, items);
        ColumnValues columns = GradientColumns(rows, weights, scratch);
        int channels = rows.Channels;
        float* sums = scratch + (ColumnValues.Arrays * rows.Columns);
        float* dGamma = destinations.DGamma == null ? sums : destinations.DGamma, dBeta = destinations.DBeta == null ? sums + Blocking.Aligned(channels) : destinations.DBeta;
        if (destinations.OfBatch || destinations.DGamma != null || destinations.DBeta != null)
        {
            GradientSums<TSimd, TVec>(pool, rows, columns, input, gradient, dGamma, dBeta, null);
        }

        if (destinations.DInput == null)
        {
            return;
        }

        for (int p = 0; p < rows.Columns; p++)
        {
            int c = p % channels;
            columns.Shift[p] = destinations.OfBatch ? dBeta[c] / rows.Count : 0;
            columns.Slope[p] = destinations.OfBatch ? -dGamma[c] / rows.Count : 0;
        }

        pool.Run(new InputGradientJob<TSimd, TVec>(rows, columns, input, gradient, destinations.DInput), rows.FlatChunks);
    }

    /// <summary>Of a shard dbeta of each channel, then dgamma, in double; also as gradients, each unless its destination is null.</summary>
    public static void ShardGradientSums<TSimd, TVec>(
        WorkerPool pool, in BatchNormRows rows, float* input, Pointers weights, CpuGradient gradient, Destinations destinations, double* sums, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* unread = scratch + (ColumnValues.Arrays * rows.Columns);
        GradientSums<TSimd, TVec>(
            pool, rows, GradientColumns(rows, weights, scratch), input, gradient, destinations.DGamma == null ? unread : destinations.DGamma,
            destinations.DBeta == null ? unread + Blocking.Aligned(rows.Channels) : destinations.DBeta, sums);
    }

    /// <summary>dx of a shard, from dbeta and dgamma of the whole batch, rounded as a whole batch rounds them.</summary>
    public static void ShardInputGradient<TSimd, TVec>(
        WorkerPool pool, in BatchNormRows rows, float* input, Pointers weights, CpuGradient gradient, float* dInput, BatchNormTotals totals, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        ColumnValues columns = GradientColumns(rows, weights, scratch);
        for (int p = 0; p < rows.Columns; p++)
        {
            int c = p % rows.Channels;
            columns.Shift[p] = (float)totals.Gradients[c] / totals.Count;
            columns.Slope[p] = -(float)totals.Gradients[rows.Channels + c] / totals.Count;
        }

        pool.Run(new InputGradientJob<TSimd, TVec>(rows, columns, input, gradient, dInput), rows.FlatChunks);
    }

    private static ColumnValues GradientColumns(in BatchNormRows rows, Pointers weights, float* scratch)
    {
        var columns = ColumnValues.In(rows, scratch);
        for (int p = 0; p < rows.Columns; p++)
        {
            int c = p % rows.Channels;
            columns.SetMean(p, weights, rows.Channels);
            columns.Inverse[p] = weights.Statistics[(2 * rows.Channels) + c];
            columns.Scale[p] = weights.GammaAt(c) * columns.Inverse[p];
            columns.Offset[p] = weights.OffsetAt(c);
        }

        return columns;
    }

    private static void GradientSums<TSimd, TVec>(
        WorkerPool pool, in BatchNormRows rows, ColumnValues columns, float* input, CpuGradient gradient, float* dGamma, float* dBeta, double* sums)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* parts = columns.Mean + (ColumnValues.Arrays * rows.Columns) + (2 * Blocking.Aligned(rows.Channels));
        pool.Run(new GradientsJob<TSimd, TVec>(rows, columns, input, gradient, parts), rows.Chunks);
        pool.Run(new GradientSumsJob(rows, columns, input, gradient, parts, dGamma, dBeta, sums), rows.ChannelGroups);
    }

    /// <summary><see cref="BatchNormWeights"/> in memory.</summary>
    internal readonly struct Pointers(float* statistics, float* gamma, float* beta)
    {
        public readonly float* Statistics = statistics;
        private readonly float* _gamma = gamma;
        private readonly float* _beta = beta;

        public float GammaAt(int channel) => _gamma == null ? 1 : _gamma[channel];

        public float OffsetAt(int channel) => _beta == null ? 0 : _beta[channel];
    }

    /// <summary><see cref="BatchNormGradients"/> in memory.</summary>
    internal readonly struct Destinations(bool ofBatch, float* dInput, float* dGamma, float* dBeta)
    {
        public readonly bool OfBatch = ofBatch;
        public readonly float* DInput = dInput;
        public readonly float* DGamma = dGamma;
        public readonly float* DBeta = dBeta;
    }
}

/// <summary>How the items of a batch normalization are seen and cut.</summary>
internal readonly struct BatchNormRows
{
    public BatchNormRows(in BatchNormShape shape, int items)
    {
        Channels = shape.Channels;
        Count = items * shape.Positions;
        int common = Blocking.Lanes;
        while (Channels % common != 0)
        {
            common /= 2;
        }

        Columns = Channels * (Blocking.Lanes / common);
        Rows = Count * Channels / Columns;
        Rest = (Count * Channels) - (Rows * Columns);
        ChunkRows = Math.Clamp(Blocking.BatchNormElements / Columns, Blocking.BatchNormLeastRows, Blocking.BatchNormMostRows);
        FlatRows = Math.Max(1, Blocking.FlatChunk / Columns);
    }

    public int Channels { get; }

    /// <summary>The elements of a channel.</summary>
    public int Count { get; }

    /// <summary>The columns of the matrix: a multiple of the channels and of every vector's width.</summary>
    public int Columns { get; }

    /// <summary>The whole rows.</summary>
    public int Rows { get; }

    /// <summary>The elements behind them, fewer than a row.</summary>
    public int Rest { get; }

    /// <summary>The rows of a chunk whose sums are put together.</summary>
    public int ChunkRows { get; }

    /// <summary>The rows of a chunk of a pass without sums.</summary>
    public int FlatRows { get; }

    public int Chunks => Blocking.Chunks(Rows, ChunkRows);

    /// <summary>The chunks of a pass without sums; what is behind the whole rows is one of its own.</summary>
    public int FlatChunks => Blocking.Chunks(Rows, FlatRows) + (Rest > 0 ? 1 : 0);

    /// <summary>The groups of channels whose sums are put together by one thread.</summary>
    public int ChannelGroups => Blocking.Chunks(Channels, Blocking.Lanes);

    /// <summary>The rows of a chunk of sums.</summary>
    public int RowsOf(int chunk) => Math.Min(ChunkRows, Rows - (chunk * ChunkRows));
}
