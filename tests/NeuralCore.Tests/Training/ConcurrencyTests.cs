using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>One model, many threads.</summary>
public sealed class ConcurrencyTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(64, 3);

    [Theory]
    [InlineData(1, 8, 10_000)]
    [InlineData(2, 8, 10_000)]
    [InlineData(3, 5, 1_000)]
    public async Task Predictions_of_many_threads_are_those_of_one(int workers, int callers, int predictions)
    {
        using Sequential model = Compiled(workers);
        float[][] expected = [.. Enumerable.Range(0, Images.Count).Select(i => model.Predict(Images.Pixels(i)))];
        await OnThreads(callers, caller =>
        {
            for (int i = 0; i < predictions; i++)
            {
                int image = (i + (7 * caller)) % Images.Count;
                Assert.Equal(expected[image], model.Predict(Images.Pixels(image)));
            }
        });
    }

    /// <summary>Batches of several sizes, evaluations and looks inside, all at once.</summary>
    [Fact]
    public async Task Every_way_to_read_a_model_goes_beside_every_other()
    {
        using Sequential model = Compiled(threads: 2);
        float[] expected = All(model.Predict(Images, 64));
        double loss = model.Evaluate(Images, 10).Loss;
        string hash = model.WeightsSha256();
        await OnThreads(6, caller =>
        {
            for (int i = 0; i < 40; i++)
            {
                Assert.Equal(expected, All(model.Predict(Images, 1 + ((i + caller) % 64))));
                Assert.Equal(loss, model.Evaluate(Images, 10).Loss);
                Assert.Equal(hash, model.WeightsSha256());
                Assert.NotEmpty(model.DescribePlan(caller + 1));
            }
        });
    }

    /// <summary>Predictions wait for a fit that runs and see the weights of before or after it, never a mixture.</summary>
    [Fact]
    public async Task Predictions_during_a_fit_see_whole_steps()
    {
        using Sequential model = Compiled(threads: 2);
        float[] before = model.Predict(Images.Pixels(0));
        using var started = new ManualResetEventSlim();
        var seen = new List<float[]>();
        Task fit = Task.Factory.StartNew(
            () => model.Fit(Images, epochs: 3, batchSize: 8, callbacks: [new WhenStarted(started)]), TaskCreationOptions.LongRunning);
        started.Wait();
        await OnThreads(4, _ =>
        {
            float[] prediction = model.Predict(Images.Pixels(0));
            lock (seen)
            {
                seen.Add(prediction);
            }
        });
        await fit;
        float[] after = model.Predict(Images.Pixels(0));
        Assert.NotEqual(before, after);
        Assert.All(seen, prediction => Assert.Equal(after, prediction));
    }

    [Fact]
    public async Task A_second_fit_is_refused_and_the_first_goes_on()
    {
        using Sequential model = Compiled(threads: 2), alone = Compiled(threads: 2);
        using var started = new ManualResetEventSlim();
        using var refused = new ManualResetEventSlim();
        Task fit = Task.Factory.StartNew(
            () => model.Fit(Images, batchSize: 8, callbacks: [new WhenStarted(started, refused)]), TaskCreationOptions.LongRunning);
        started.Wait();
        try
        {
            Assert.Contains("is being trained", Assert.Throws<InvalidOperationException>(() => model.Fit(Images)).Message);
            Assert.Contains("is being trained", Assert.Throws<InvalidOperationException>(() => model.Compile()).Message);
            Assert.Contains("is being trained", Assert.Throws<InvalidOperationException>(model.Dispose).Message);
        }
        finally
        {
            refused.Set();
        }

        await fit;
        alone.Fit(Images, batchSize: 8);
        Assert.Equal(alone.WeightsSha256(), model.WeightsSha256());
    }

    /// <summary>Memory goes back when nobody reads it any more; who comes later is told so.</summary>
    [Fact]
    public async Task Dispose_waits_for_predictions()
    {
        for (int repetition = 0; repetition < 20; repetition++)
        {
            Sequential model = Compiled(threads: 2);
            float[] expected = model.Predict(Images.Pixels(1));
            using var running = new CountdownEvent(4);
            Task predicting = OnThreads(4, _ =>
            {
                bool isFirst = true;
                try
                {
                    while (true)
                    {
                        Assert.Equal(expected, model.Predict(Images.Pixels(1)));
                        if (isFirst)
                        {
                            running.Signal();
                            isFirst = false;
                        }
                    }
                }
                catch (InvalidOperationException error)
                {
                    Assert.Contains("not compiled", error.Message);
                }
            });
            running.Wait();
            model.Dispose();
            await predicting;
        }
    }

    [Fact]
    public void A_callback_may_use_the_model_that_is_trained()
    {
        using Sequential model = Compiled(threads: 2);
        var evaluations = new List<double>();
        model.Fit(Images, epochs: 2, batchSize: 16, callbacks: [new Evaluating(model, evaluations)]);
        Assert.Equal(2, evaluations.Count);
        Assert.Equal(model.Evaluate(Images).Loss, evaluations[^1]);
    }

    private static float[] All(Predictions predictions) => [.. Enumerable.Range(0, predictions.Count).SelectMany(i => predictions[i].ToArray())];

    private static Sequential Compiled(int threads)
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: CpuBackend.Create(threads), seed: 4);
        return model;
    }

    /// <summary>Runs something on threads of its own, begun together.</summary>
    private static Task OnThreads(int count, Action<int> run)
    {
        var together = new Barrier(count);
        return Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                run(i);
            },
            TaskCreationOptions.LongRunning)));
    }

    private sealed class WhenStarted(ManualResetEventSlim started, ManualResetEventSlim? goOn = null) : Callback
    {
        public override void OnStepEnd(in StepProgress progress)
        {
            started.Set();
            goOn?.Wait();
        }
    }

    private sealed class Evaluating(Model model, List<double> losses) : Callback
    {
        public override void OnEpochEnd(EpochResult result) => losses.Add(model.Evaluate(Images).Loss);
    }
}
