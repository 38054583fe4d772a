using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Training.Ranks;

/// <summary>Ops on a shard whose results depend on the whole batch.</summary>
public sealed class ShardOpTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(77)]
    [InlineData(5_000_000_000)]
    public void A_part_of_a_batch_drops_what_the_batch_drops(long first)
    {
        const int Count = 9001, Skipped = 131;
        float[] values = [.. Enumerable.Range(1, Count).Select(i => (float)i)], expected = new float[Count];
        var mask = new DropoutMask(0.4, 5, 6, 7) { First = first };
        DropoutReference.Apply<float>(mask, values, expected);
        using IBackend<float> backend = CpuBackend.Create(2);
        Assert.Equal(expected, Dropped(backend, mask, values));
        Assert.Equal(expected[Skipped..], Dropped(backend, mask with { First = first + Skipped }, values[Skipped..]));
        if (first < 1_000_000)
        {
            // The same places of a whole batch.
            float[] whole = new float[(int)first + Count];
            DropoutReference.Apply<float>(new DropoutMask(0.4, 5, 6, 7), [.. new float[first], .. values], whole);
            Assert.Equal(whole[(int)first..], expected);
        }
    }

    /// <summary>The statistics and gradients of a batch that is cut, by kernels of every width, beside the reference of the whole batch in double.</summary>
    [Theory]
    [ClassData(typeof(AllWidths))]
    public void A_batch_normalization_of_shards_is_that_of_the_batch(SimdWidth width)
    {
        using IBackend<float> backend = CpuBackend.Create(2, width);
        var random = new Random(1);
        foreach ((int channels, int positions, int[] items) in ((int, int, int[])[])[(1, 1, [3, 4]), (5, 9, [1, 7, 2]), (16, 40, [20, 20, 5]), (33, 3, [0, 6])])
        {
            var shape = new BatchNormShape(positions, channels);
            int count = items.Sum() * shape.InputCount;
            double[] x = [.. Enumerable.Range(0, count).Select(i => Math.Round(100 + (i % channels) + (4 * random.NextDouble()), 2))];
            double[] dy = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
            Assert.Equal(Whole(shape, items.Sum(), x, dy), Cut(new ReferenceBackend<double>(), shape, items, x, dy), (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Equal(Whole(shape, items.Sum(), x, dy), Cut(backend, shape, items, x, dy), (a, b) => Math.Abs(a - b) < 2e-4 * (1 + Math.Abs(b)));
        }
    }

    /// <summary>Statistics, moving ones and dx.</summary>
    private static double[] Whole(BatchNormShape shape, int items, double[] x, double[] dy)
    {
        double[] mean = new double[shape.Channels], variance = new double[shape.Channels], statistics = new double[3 * shape.Channels], dx = new double[x.Length];
        BatchNormReference.Statistics<double>(shape, items, x, mean, variance, statistics);
        BatchNormReference.Backward(shape, items, x, new BatchNormSpans<double>(statistics, default, default), true, dy, dx, default);
        return [.. Sums(shape, statistics), .. mean, .. variance, .. dx];
    }

    private static double[] Cut<T>(IBackend<T> backend, BatchNormShape shape, int[] items, double[] x, double[] dy)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var op = (IShardedBatchNorm<T>)backend;
        int width = ShardSums.CountOf(shape);
        double[] forward = new double[items.Length * width], backward = new double[items.Length * width], gradients = new double[2 * shape.Channels];
        T[] mean = new T[shape.Channels], variance = new T[shape.Channels], statistics = new T[3 * shape.Channels];
        var dx = new List<double>();
        ForEachShard((s, n, input, _, scratch) =>
        {
            forward[s * width] = n * shape.Positions;
            op.BatchNormShardMoments(shape, n, input, forward.AsSpan((s * width) + 1, width - 1), scratch);
        });
        var sums = new ShardSums(shape, forward);
        sums.WriteStatistics<T>(statistics);
        sums.MoveStatistics<T>(mean, variance);
        using MemoryBlock memory = backend.Allocate(3 * shape.Channels * sizeof(double));
        Slot kept = memory.Slot(0, memory.Bytes);
        backend.Upload<T>(statistics, kept);
        var weights = new BatchNormWeights(kept, null, null);
        ForEachShard((s, n, input, gradient, scratch) =>
            op.BatchNormShardGradientSums(shape, n, input, weights, new OutputGradient(gradient), default, backward.AsSpan((s * width) + 1, width - 1), scratch));
        new ShardSums(shape, backward).WriteGradients(gradients);
        ForEachShard((s, n, input, gradient, scratch) =>
        {
            using MemoryBlock output = backend.Allocate(n * shape.InputCount * sizeof(double));
            op.BatchNormShardInputGradient(
                shape, n, input, weights, new OutputGradient(gradient), output.Slot(0, output.Bytes), new BatchNormTotals(gradients, items.Sum() * shape.Positions), scratch);
            var values = new T[n * shape.InputCount];
            backend.Download<T>(output.Slot(0, output.Bytes), values);
            dx.AddRange(values.Select(double.CreateChecked));
        });
        return [.. Sums(shape, [.. statistics.Select(double.CreateChecked)]), .. mean.Select(double.CreateChecked), .. variance.Select(double.CreateChecked), .. dx];

        void ForEachShard(Action<int, int, Slot, Slot, Slot> run)
        {
            int first = 0;
            for (int s = 0; s < items.Length; first += items[s] * shape.InputCount, s++)
            {
                if (items[s] > 0)
                {
                    int count = items[s] * shape.InputCount;
                    using MemoryBlock block = backend.Allocate(2 * Slot.Align(count * sizeof(double)));
                    using MemoryBlock scratch = backend.Allocate(Math.Max(Slot.Alignment, backend.ScratchBytes(shape, items[s])));
                    unsafe
                    {
                        Slot input = block.Slot(0, (long)count * sizeof(T)), gradient = block.Slot(block.Bytes / 2, (long)count * sizeof(T));
                        backend.Upload<T>([.. x.Skip(first).Take(count).Select(T.CreateChecked)], input);
                        backend.Upload<T>([.. dy.Skip(first).Take(count).Select(T.CreateChecked)], gradient);
                        run(s, items[s], input, gradient, scratch.Slot(0, scratch.Bytes));
                    }
                }
            }
        }
    }

    /// <summary>The mean in one piece, since what rounding takes from it differs with the type of its first part, and the factor.</summary>
    private static IEnumerable<double> Sums(BatchNormShape shape, double[] statistics) =>
        Enumerable.Range(0, shape.Channels).SelectMany(c => (double[])[statistics[c] + statistics[shape.Channels + c], statistics[(2 * shape.Channels) + c]]);

    private static float[] Dropped(IBackend<float> backend, DropoutMask mask, float[] values)
    {
        using MemoryBlock memory = backend.Allocate(values.Length * sizeof(float));
        Slot slot = memory.Slot(0, memory.Bytes);
        backend.Upload<float>(values, slot);
        backend.Dropout(mask, values.Length, slot, slot);
        var dropped = new float[values.Length];
        backend.Download<float>(slot, dropped);
        return dropped;
    }
}
