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
    [InlineData(2, true, false, nameof(TestNetworks.Normalized))]
    [InlineData(2, true, false, nameof(TestNetworks.Separable))]
    public void A_training_step_allocates_nothing(int threads, bool fuse, bool augment = false, string network = nameof(TestNetworks.Small))
    {
        Augmentation? augmentation = augment ? Augmentation.Digits : null;
        LabelledImages images = TestNetworks.Bars(BatchSize * Steps, 1);
        using var model = new Sequential(network switch
        {
            nameof(TestNetworks.Normalized) => TestNetworks.Normalized(),
            nameof(TestNetworks.Separable) => TestNetworks.Separable,
            _ => TestNetworks.Small,
        });
        model.Compile(backend: CpuBackend.Create(threads), fuse: fuse);
        model.Fit(images, batchSize: BatchSize, options: new FitOptions { Augmentation = augmentation });

        AssertQuiet(counting => model.Fit(images, batchSize: BatchSize, callbacks: [counting], options: new FitOptions { Augmentation = augmentation }));
    }

    /// <summary>The same with all that a learner can have: clipping, decay, weights of classes, metrics, a schedule and an average.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    [InlineData("rmsprop")]
    public void A_step_of_any_learner_allocates_nothing(string name)
    {
        Optimizer optimizer = name switch
        {
            "adamw" => new AdamW(0.001, 0.01) { GlobalClipNorm = 1 },
            "sgd" => new SGD(0.001, 0.9, nesterov: true) { ClipValue = 0.1, L2 = 0.01, BiasRate = 2 },
            _ => new RMSprop(0.001, momentum: 0.5, centered: true),
        };
        LabelledImages images = TestNetworks.Bars(BatchSize * Steps, 1);
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(optimizer, new SparseCategoricalCrossentropy(labelSmoothing: 0.1), [new TopKAccuracy(2)], CpuBackend.Create(2));
        void Fit(params Callback[] more) => model.Fit(
            images, batchSize: BatchSize, callbacks: [new Warmup(20, new CosineDecay()), new WeightAverage(0.9), .. more],
            options: new FitOptions { ClassWeight = new Dictionary<int, double> { [1] = 2 } });
        Fit();
        AssertQuiet(counting => Fit(counting));
    }

    /// <summary>The same of batches that are cut into shards.</summary>
    [Theory]
    [InlineData(nameof(TestNetworks.Small))]
    [InlineData(nameof(TestNetworks.Normalized))]
    public void A_step_on_shards_allocates_nothing(string network)
    {
        LabelledImages images = TestNetworks.Bars(BatchSize * Steps, 1);
        using var model = new Sequential(network == nameof(TestNetworks.Small) ? TestNetworks.Small : TestNetworks.Normalized());
        model.Compile(backend: CpuBackend.Create(2));
        var options = new FitOptions { Shards = 3 };
        model.Fit(images, batchSize: BatchSize, options: options);
        AssertQuiet(counting => model.Fit(images, batchSize: BatchSize, callbacks: [counting], options: options));
    }

    private static void AssertQuiet(Action<Callback> fit)
    {
        // A collection, which the test runner's allocations may start, counts the unused rest of a thread's allocation context as allocated.
        const long room = 32 << 20;
        var counter = new AllocationCounter();
        Assert.True(GC.TryStartNoGCRegion(room));
        try
        {
            fit(counter);
        }
        finally
        {
            GC.EndNoGCRegion();
        }

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
