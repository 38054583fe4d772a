using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Averages of weights: what they are, who meets them, and what a training ends with.</summary>
public sealed class WeightAverageTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(60, 1), Others = TestNetworks.Bars(30, 2);

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0, false)]
    [InlineData(0.999, true)]
    [InlineData(0.3, true)]
    public void The_exponential_average_follows_its_formula_in_single_precision(double decay, bool warmUp)
    {
        List<float[][]> steps = Weights(everyStep: true, epochs: 2, new WeightAverage(decay, warmUp), out Sequential model);
        float[][] expected = steps[0];
        foreach ((int t, float[][] step) in steps.Index().Skip(1))
        {
            // Steps are counted from 1: behind step t + 1 the average keeps (2 + t) / (11 + t) at most.
            float rest = (float)(1 - (warmUp ? Math.Min(decay, (2.0 + t) / (11.0 + t)) : decay));
            expected = [.. expected.Zip(step, (average, weight) => (float[])[.. average.Zip(weight, (a, w) => MathF.FusedMultiplyAdd(rest, w - a, a))])];
        }

        Near(expected, model, 1e-6f);
        model.Dispose();
    }

    [Fact]
    public void The_mean_of_epochs_is_the_mean()
    {
        List<float[][]> epochs = Weights(everyStep: false, epochs: 5, WeightAverage.OfEpochs(3), out Sequential model);
        float[][] expected = [.. epochs[2].Select((weight, k) => (float[])[.. weight.Select((_, i) => epochs.Skip(2).Average(epoch => epoch[k][i]))])];
        Near(expected, model, 1e-6f);
        model.Dispose();
    }

    /// <summary>The average has no part in the training: without it the same weights come out of every step.</summary>
    [Fact]
    public void Training_goes_on_with_the_weights_themselves()
    {
        using Sequential plain = Compiled();
        var moments = new Moments();
        plain.Fit(Images, epochs: 2, batchSize: 20, validationData: Others, callbacks: [moments]);
        using Sequential averaged = Compiled();
        var others = new Moments();
        averaged.Fit(Images, epochs: 2, batchSize: 20, validationData: Others, callbacks: [others, new WeightAverage(0.5)]);
        Assert.Equal(moments.All.SelectMany(moment => moment.Values), others.All.SelectMany(moment => moment.Values));
        Assert.All(others.All, moment => Assert.NotNull(moment.Average));
        Assert.NotEqual(plain.WeightsSha256(), averaged.WeightsSha256());
    }

    [Fact]
    public void Validation_and_callbacks_at_an_epochs_end_meet_the_average()
    {
        using Sequential model = Compiled();
        var seen = new EndOfEpoch();
        var moments = new Moments();
        History history = model.Fit(Images, epochs: 3, batchSize: 20, validationData: Others, callbacks: [moments, seen, new WeightAverage(0.5)]);
        Assert.Equal(moments.All[^1].Average!, seen.Weights[^1]);
        Assert.Equal(seen.Weights[^1], model.Parameters.Select(p => p.Read()));
        Assert.Equal(history.Epochs[^1].ValidationLoss, model.Evaluate(Others, 20).Loss);
    }

    [Fact]
    public void A_training_that_fails_leaves_the_weights_themselves()
    {
        using Sequential plain = Compiled(), averaged = Compiled();
        Fail(plain, []);
        Fail(averaged, [new WeightAverage(0.5)]);
        Assert.Equal(plain.WeightsSha256(), averaged.WeightsSha256());

        static void Fail(Sequential model, Callback[] callbacks)
        {
            var failing = new Watcher { OnStep = progress => { if (progress is { Epoch: 2, Step: 2 }) { throw new TimeoutException(); } } };
            Assert.Throws<TimeoutException>(() => model.Fit(Images, epochs: 2, batchSize: 20, callbacks: [.. callbacks, failing]));
        }
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.All(new[] { -0.1, 1, double.NaN }, decay => Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(decay)));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.OfEpochs(0));
    }

    /// <summary>The weights after each step or epoch of a training with an average.</summary>
    private static List<float[][]> Weights(bool everyStep, int epochs, WeightAverage average, out Sequential model)
    {
        model = Compiled();
        var moments = new Moments();
        model.Fit(Images, epochs: epochs, batchSize: 20, callbacks: [moments, average]);

        // Three steps an epoch, and a moment after it.
        return [.. moments.All.Where((_, i) => everyStep ? i % 4 < 3 : i % 4 == 3).Select(moment => moment.Values.ToArray())];
    }

    private static void Near(float[][] expected, Sequential actual, float tolerance)
    {
        foreach ((float[] wanted, ModelParameter parameter) in expected.Zip(actual.Parameters))
        {
            Assert.All(wanted.Zip(parameter.Read()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    private static Sequential Compiled()
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(new Adam(0.01), backend: CpuBackend.Create(2), seed: 3);
        return model;
    }

    private sealed class EndOfEpoch : Callback
    {
        private TrainingRun? _run;

        public List<float[][]> Weights { get; } = [];

        public override void OnTrainingBegin(TrainingRun run) => _run = run;

        public override void OnEpochEnd(EpochResult result) => Weights.Add([.. _run!.Parameters.Select(p => p.Read())]);
    }
}
