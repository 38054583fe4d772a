using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>
/// A training step allocates nothing on the managed heap, on no thread. The training thread's own count has to stand still in
/// every step. The workers are seen in the count of the whole process, to which the test runner adds a little some ten times a
/// second, so that has to stand still in most steps; no other test may run meanwhile.
/// </summary>
[Collection(Alone)]
public sealed class AllocationTests
{
    /// <summary>The collection of tests that run alone.</summary>
    public const string Alone = "alone in the process";

    private const int BatchSize = 10;
    private const int Steps = 200;

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(2, false)]
    [InlineData(2, true, true)]
    public void A_training_step_allocates_nothing(int threads, bool fuse, bool augment = false)
    {
        Augmentation? augmentation = augment ? Augmentation.Default : null;
        LabelledImages images = TestNetworks.Bars(BatchSize * Steps, 1);
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: CpuBackend.Create(threads), fuse: fuse);
        model.Fit(images, batchSize: BatchSize, options: new FitOptions { Augmentation = augmentation });

        var counter = new AllocationCounter();
        model.Fit(images, batchSize: BatchSize, callbacks: [counter], options: new FitOptions { Augmentation = augmentation });
        Assert.All(Differences(counter.OfThread), bytes => Assert.Equal(0, bytes));
        int quiet = Differences(counter.OfProcess).Count(bytes => bytes == 0);
        Assert.True(quiet > 0.75 * Steps, $"Only {quiet} of {Steps} steps went by without an allocation.");
    }

    private static IEnumerable<long> Differences(long[] counts) => counts.Skip(1).Zip(counts, (after, before) => after - before);

    /// <summary>Notes after each step the bytes allocated since the beginning.</summary>
    private sealed class AllocationCounter : Callback
    {
        /// <summary>By the training thread.</summary>
        public long[] OfThread { get; } = new long[Steps];

        /// <summary>By all threads.</summary>
        public long[] OfProcess { get; } = new long[Steps];

        public override void OnStepEnd(in StepProgress progress)
        {
            OfProcess[progress.Step - 1] = GC.GetTotalAllocatedBytes(precise: true);
            OfThread[progress.Step - 1] = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}

/// <summary>Tests that measure the whole process.</summary>
[CollectionDefinition(AllocationTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
