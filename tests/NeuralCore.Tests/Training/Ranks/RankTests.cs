using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training.Ranks;

/// <summary>Ranks that train one model together have, to the bit, the weights and the history of one process with the same shards.</summary>
public sealed class RankTests
{
    /// <summary>In batches of 20 the last has 7, so of four shards of 5 two are empty.</summary>
    private static readonly LabelledImages Images = TestNetworks.Bars(87, 1);

    private static readonly LabelledImages Validation = TestNetworks.Bars(41, 2);

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (string network in (string[])["small", "normalized", "frozen"])
        {
            foreach ((int shards, int ranks) in ((int, int)[])[(4, 1), (4, 2), (4, 3), (4, 4), (4, 8), (7, 2), (7, 3), (7, 5), (1, 2)])
            {
                cases.Add(network, shards, ranks);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_number_of_ranks_gives_the_same_bits(string network, int shards, int ranks)
    {
        (string Weights, History History) expected = Train(network, shards, threads: 1);
        (string Weights, History History)[] all = ThreadRanks.Run(ranks, rank => Train(network, shards, 1 + (rank.Rank % 2), rank));
        Assert.All(all, each => Assert.Equal(expected.Weights, each.Weights));
        Assert.All(all, each => AssertEqual(expected.History, each.History));
    }

    /// <summary>Shards change the order of sums and nothing else: what comes out is near to what a batch in one piece gives.</summary>
    [Theory]
    [InlineData("small", 4)]
    [InlineData("normalized", 4)]
    [InlineData("normalized", 20)]
    [InlineData("frozen", 3)]
    public void Shards_give_what_whole_batches_give_but_for_rounding(string network, int shards)
    {
        using Sequential whole = Described(network), cut = Described(network);
        foreach (Sequential each in (Sequential[])[whole, cut])
        {
            each.Compile(new SGD(0.05, momentum: 0.9) { GlobalClipNorm = 1 }, metrics: [new TopKAccuracy(2)], backend: CpuBackend.Create(2), seed: 3);
        }

        History expected = Fit(whole, new FitOptions(), batchSize: 20, epochs: 1), got = Fit(cut, new FitOptions { Shards = shards }, batchSize: 20, epochs: 1);

        // Five steps, each with gradients of a norm of at most 1 that are rounded some dozens of times on their way.
        foreach ((ModelParameter one, ModelParameter other) in whole.Parameters.Zip(cut.Parameters))
        {
            (float[] a, float[] b) = (one.Read(), other.Read());
            double apart = Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Average());
            Assert.True(apart < 1e-5, $"{one.Name}: {apart}");
        }

        Assert.Equal(expected.Epochs[0].Loss, got.Epochs[0].Loss, 1e-5);
    }

    [Fact]
    public void A_resumption_goes_on_with_another_number_of_ranks()
    {
        (string Weights, History History) unbroken = Train("normalized", 4, threads: 1);
        var moments = new Moments();
        ThreadRanks.Run(2, rank => Train("normalized", 4, 1, rank, rank.Rank == 0 ? moments : null));
        foreach (Checkpoint moment in moments.All.Where((_, i) => i % 3 == 1))
        {
            (string Weights, History History)[] resumed = ThreadRanks.Run(3, rank => Train("normalized", 4, 2, rank, start: rank.Rank == 0 ? moment : null));
            Assert.All(resumed, each => Assert.Equal(unbroken.Weights, each.Weights));
            Assert.All(resumed, each => AssertEqual(unbroken.History, each.History));
            Assert.Equal(unbroken.Weights, Train("normalized", 4, 1, start: moment).Weights);
        }
    }

    [Fact]
    public void Where_one_rank_is_asked_to_end_all_end_after_the_same_step()
    {
        long[] steps = ThreadRanks.Run(3, rank =>
        {
            using Sequential model = Compiled("small", 1);
            using var cancellation = new CancellationTokenSource();
            var ending = new EndAfter(rank.Rank == 1 ? 6 : int.MaxValue, cancellation);
            Assert.Throws<OperationCanceledException>(() => Fit(model, new FitOptions { Ranks = rank, CancellationToken = cancellation.Token }, [ending]));
            return model.Steps;
        });
        Assert.All(steps, each => Assert.Equal(steps[0], each));
        Assert.InRange(steps[0], 6, 7);
    }

    [Theory]
    [InlineData("data", "its training data")]
    [InlineData("class weights", "its training data")]
    [InlineData("validation", "its validation data")]
    [InlineData("batch", "its options")]
    [InlineData("rate", "its optimiser")]
    [InlineData("weights", "its weights")]
    [InlineData("network", "its network")]
    public void Ranks_that_differ_are_told_so_before_the_first_step(string what, string named)
    {
        string[] sentences = ThreadRanks.Run(3, rank =>
        {
            bool differs = rank.Rank == 2;
            using Sequential model = Compiled(differs && what == "network" ? "normalized" : "small", 1, differs && what == "rate" ? 0.006 : 0.005);
            if (differs && what == "weights")
            {
                float[] values = model.Parameters[0].Read();
                values[0] += 1;
                model.Parameters[0].Write(values);
            }

            LabelledImages data = differs && what == "data" ? TestNetworks.Bars(87, 3) : Images, validation = differs && what == "validation" ? Images : Validation;
            var options = new FitOptions { Ranks = rank, Shards = 4, ClassWeight = differs && what == "class weights" ? new Dictionary<int, double> { [1] = 2 } : null };
            return Assert.Throws<RankException>(() => model.Fit(data, 1, differs && what == "batch" ? 21 : 20, validationData: validation, options: options)).Message;
        });
        Assert.All(sentences, sentence => Assert.StartsWith($"Rank 2 differs from rank 0 in {named}", sentence));
    }

    [Fact]
    public void Validation_data_without_items_has_no_loss_in_shards_as_in_whole_batches()
    {
        using Sequential model = Compiled("small", 1);
        foreach (FitOptions options in (FitOptions[])[new FitOptions(), new FitOptions { Shards = 4 }])
        {
            Assert.Equal(double.NaN, model.Fit(Images, 1, 20, validationData: TestNetworks.Bars(0, 2), options: options).Epochs[0].ValidationLoss);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    public void Shards_without_items_are_refused(int shards)
    {
        using Sequential model = Compiled("small", 1);
        Assert.Contains("1 to 20 shards", Assert.Throws<ArgumentException>(() => Fit(model, new FitOptions { Shards = shards })).Message);
    }

    [Fact]
    public void A_model_that_was_trained_in_shards_trains_on_in_whole_batches()
    {
        using Sequential model = Compiled("normalized", 1), same = Compiled("normalized", 2);
        foreach (Sequential each in (Sequential[])[model, same])
        {
            Fit(each, new FitOptions());
            Fit(each, new FitOptions { Shards = 3 });
            Fit(each, new FitOptions());
        }

        Assert.Equal(model.WeightsSha256(), same.WeightsSha256());
    }

    private static (string Weights, History History) Train(
        string network, int shards, int threads, Communicator? ranks = null, Callback? more = null, Checkpoint? start = null)
    {
        using Sequential model = Compiled(network, threads);
        var options = new FitOptions
        {
            Ranks = ranks,
            Shards = shards,
            Augmentation = Augmentation.Default,
            ClassWeight = network == "small" ? new Dictionary<int, double> { [1] = 2 } : null,
            ResumeFrom = start,
        };
        History history = Fit(model, options, [new OneCycle(), new WeightAverage(0.8), .. more is null ? Array.Empty<Callback>() : [more]]);
        return (model.WeightsSha256(), history);
    }

    private static History Fit(Sequential model, FitOptions options, IReadOnlyList<Callback>? callbacks = null, int batchSize = 20, int epochs = 2) =>
        model.Fit(Images, epochs, batchSize, validationData: Validation, callbacks: callbacks, options: options);

    private static Sequential Compiled(string network, int threads, double rate = 0.005)
    {
        Sequential model = Described(network);
        model.Compile(
            new AdamW(rate, 0.01) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(labelSmoothing: 0.1), [new TopKAccuracy(2)], CpuBackend.Create(threads), seed: 3);
        return model;
    }

    private static Sequential Described(string network) => new(network == "small" ? TestNetworks.Small : TestNetworks.Normalized(network == "frozen"));

    private static void AssertEqual(History expected, History actual)
    {
        Assert.Equal(expected.Epochs.Select(Numbers), actual.Epochs.Select(Numbers));

        static (double, double, double?, double?, double, double) Numbers(EpochResult epoch) =>
            (epoch.Loss, epoch.Accuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.Metrics.Values.Single(), epoch.ValidationMetrics.Values.Single());
    }

    private sealed class EndAfter(int steps, CancellationTokenSource cancellation) : Callback
    {
        private int _steps;

        public override void OnStepEnd(in StepProgress progress)
        {
            if (++_steps == steps)
            {
                cancellation.Cancel();
            }
        }
    }
}
