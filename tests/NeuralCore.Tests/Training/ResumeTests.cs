using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>A training that is put back to any of its moments ends in the bits of the one that was never stopped.</summary>
public sealed class ResumeTests
{
    private const int Epochs = 3;
    private const int BatchSize = 20;
    private const double ValidationSplit = 0.25;

    // 68 of them to train on: the last of four batches is smaller than the others.
    private static readonly LabelledImages Images = TestNetworks.Bars(91, 1);

    [Fact]
    public void Every_moment_leads_to_the_same_end()
    {
        var moments = new Moments();
        using Sequential unbroken = Compiled(threads: 2);
        History expected = Fit(unbroken, [moments]);

        // After each of 12 steps, in each validation, and after each epoch.
        Assert.Equal(18, moments.All.Count);
        int threads = 0;
        foreach (Checkpoint moment in moments.All)
        {
            using Sequential resumed = Compiled(threads: 1 + (threads++ % 3));
            History history = Fit(resumed, [], moment);
            AssertEqual(expected, history);
            AssertEqual(unbroken, resumed);
        }
    }

    /// <summary>Every other moment, with a schedule that changes at each step and an average of the weights.</summary>
    [Theory]
    [InlineData("sgd", false)]
    [InlineData("momentum", true)]
    [InlineData("nesterov", false)]
    [InlineData("nesterov", true)]
    [InlineData("adam", false)]
    [InlineData("adam", true)]
    [InlineData("adamw", false)]
    [InlineData("adamw", true)]
    [InlineData("rmsprop", false)]
    [InlineData("centered", true)]
    [InlineData("own", false)]
    [InlineData("own", true)]
    public void Every_learner_resumes(string optimizer, bool isClipped)
    {
        var moments = new Moments();
        WeightAverage Average() => isClipped ? WeightAverage.OfEpochs(2) : new WeightAverage(0.8);
        using Sequential unbroken = Compiled();
        History expected = Fit(unbroken, [moments, new OneCycle(), Average()]);
        for (int i = optimizer.Length % 2; i < moments.All.Count; i += 2)
        {
            using Sequential resumed = Compiled();
            AssertEqual(expected, Fit(resumed, [new OneCycle(), Average()], moments.All[i]));
            Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
            Assert.Equal(unbroken.TrainingState.Optimizer.SelectMany(state => state.Values), resumed.TrainingState.Optimizer.SelectMany(state => state.Values));
        }

        Sequential Compiled()
        {
            var model = new Sequential(TestNetworks.Small);
            model.Compile(New(optimizer, isClipped ? 0.5 : null), backend: CpuBackend.Create(2), seed: 3);
            return model;
        }
    }

    [Fact]
    public void A_moment_of_another_optimiser_or_without_the_average_is_refused()
    {
        var moments = new Moments();
        using Sequential model = Compiled();
        Fit(model, [moments, new WeightAverage(0.9)]);
        Assert.Contains("keeps an average", Refused(() => Fit(model, [], moments.All[3])));
        Assert.Contains("give one WeightAverage", Refused(() => Fit(model, [new WeightAverage(), new WeightAverage()])));
        model.Compile(new AdamW(0.005), backend: CpuBackend.Create(1), seed: 3);
        Assert.Contains("the optimiser adam, and this model was compiled with adamw", Refused(() => Fit(model, [new WeightAverage(0.9)], moments.All[3])));
        model.Compile(new SGD(0.005), backend: CpuBackend.Create(1), seed: 3);
        Assert.Contains("another optimiser", Refused(() => Fit(model, [new WeightAverage(0.9)], moments.All[3])));
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(4, 3)]
    [InlineData(1, 14)]
    public void A_training_can_be_interrupted_again_and_again(int events, int times)
    {
        using Sequential unbroken = Compiled();
        History expected = Fit(unbroken, []);

        Checkpoint? moment = null;
        int interruptions = 0;
        while (true)
        {
            using var cancellation = new CancellationTokenSource();
            using Sequential model = Compiled();
            var interruption = new Interruption(cancellation, events);
            try
            {
                History history = Fit(model, [interruption], moment, cancellation.Token);
                AssertEqual(expected, history);
                AssertEqual(unbroken, model);
                break;
            }
            catch (OperationCanceledException)
            {
                interruptions++;
                moment = model.NewCheckpoint();
                interruption.Run!.Capture(moment);
            }
        }

        Assert.Equal(times, interruptions);
    }

    [Fact]
    public void A_complete_training_can_be_made_longer()
    {
        using Sequential unbroken = Compiled(), shorter = Compiled(), longer = Compiled();
        History expected = Fit(unbroken, []);
        var moments = new Moments();
        Fit(shorter, [moments], epochs: 1);
        AssertEqual(expected, Fit(longer, [], moments.All[^1]));
        AssertEqual(unbroken, longer);
    }

    [Fact]
    public void A_moment_of_a_training_that_went_on_from_another_is_resumed_too()
    {
        using Sequential unbroken = Compiled(), resumed = Compiled();
        Fit(unbroken, []);
        var moments = new Moments();
        Fit(unbroken, [moments]);
        Fit(resumed, [], moments.All[6]);
        AssertEqual(unbroken, resumed);
    }

    [Fact]
    public void The_next_moment_takes_the_memory_of_the_last()
    {
        using Sequential model = Compiled();
        Checkpoint moment = model.NewCheckpoint();
        float[][] arrays = [.. moment.Values, .. moment.Optimizer.SelectMany(state => state.Values)];
        var interruption = new Interruption(null, int.MaxValue);
        Fit(model, [interruption]);
        interruption.Run!.Capture(moment);
        Assert.All(arrays.Zip([.. moment.Values, .. moment.Optimizer.SelectMany(state => state.Values)]), pair => Assert.Same(pair.First, pair.Second));
        Assert.Equal(model.Parameters.Select(p => p.Read()), moment.Values);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        var moments = new Moments();
        using Sequential model = Compiled(), other = new(new Input(new(8, 8, 1)), new Flatten(), new Dense(3, Activation.Softmax));
        Fit(model, [moments]);
        other.Compile(seed: 3);
        string before = model.WeightsSha256();
        Checkpoint middle = moments.All[7];

        Assert.Contains("another network", Refused(() => Fit(other, [], middle)));
        using Sequential reseeded = Compiled(seed: 4);
        Assert.Contains("seed 3", Refused(() => Fit(reseeded, [], middle)));
        Assert.Contains("in steps of 30", Refused(() => model.Fit(Images, Epochs, 30, ValidationSplit, options: new FitOptions { ResumeFrom = middle })));
        Assert.Contains("91 items", Refused(() => model.Fit(Images, Epochs, BatchSize, 0, options: new FitOptions { ResumeFrom = moments.All[4] })));
        Assert.Contains("in epoch 2", Refused(() => Fit(model, [], middle, epochs: 1)));
        Assert.Equal(before, model.WeightsSha256());
    }

    private static string Refused(Action fit) => Assert.Throws<ArgumentException>(fit).Message;

    private static Optimizer New(string name, double? clip) => name switch
    {
        "sgd" => new SGD(0.05) { GlobalClipNorm = clip },
        "momentum" => new SGD(0.02, 0.9) { GlobalClipNorm = clip, ClipValue = clip / 10, BiasRate = 2 },
        "nesterov" => new SGD(0.02, 0.9, nesterov: true) { GlobalClipNorm = clip, WeightDecay = 0.01 },
        "adam" => new Adam(0.005) { GlobalClipNorm = clip, L2 = 0.01 },
        "adamw" => new AdamW(0.005, 0.01) { GlobalClipNorm = clip },
        "rmsprop" => new RMSprop(0.002, momentum: 0.5) { GlobalClipNorm = clip },
        "centered" => new RMSprop(0.002, momentum: 0.5, centered: true) { GlobalClipNorm = clip },
        _ => new SignDescent(0.002) { GlobalClipNorm = clip },
    };

    private static Sequential Compiled(int threads = 1, ulong seed = 3)
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(new Adam(0.005), backend: CpuBackend.Create(threads), seed: seed);
        return model;
    }

    private static History Fit(
        Sequential model, Callback[] callbacks, Checkpoint? from = null, CancellationToken cancellationToken = default, int epochs = Epochs) =>
        model.Fit(Images, epochs, BatchSize, ValidationSplit, callbacks: callbacks, options: new FitOptions { ResumeFrom = from, CancellationToken = cancellationToken });

    /// <summary>The same numbers, apart from the times.</summary>
    private static void AssertEqual(History expected, History actual) => Assert.Equal(
        expected.Epochs.Select(e => (e.Epoch, e.Loss, e.Accuracy, e.ValidationLoss, e.ValidationAccuracy)),
        actual.Epochs.Select(e => (e.Epoch, e.Loss, e.Accuracy, e.ValidationLoss, e.ValidationAccuracy)));

    private static void AssertEqual(Sequential expected, Sequential actual)
    {
        Assert.Equal(expected.WeightsSha256(), actual.WeightsSha256());
        (TrainingState one, TrainingState two) = (expected.TrainingState, actual.TrainingState);
        Assert.Equal((one.Steps, one.Epochs), (two.Steps, two.Epochs));
        Assert.Equal(one["m"], two["m"]);
        Assert.Equal(one["v"], two["v"]);
    }

    /// <summary>Cancels a training after a number of steps and epochs.</summary>
    private sealed class Interruption(CancellationTokenSource? source, int events) : Callback
    {
        private int _events;

        public TrainingRun? Run { get; private set; }

        public override void OnTrainingBegin(TrainingRun run) => Run = run;

        public override void OnStepEnd(in StepProgress progress) => Count();

        public override void OnEpochEnd(EpochResult result) => Count();

        private void Count()
        {
            if (++_events == events)
            {
                source!.Cancel();
            }
        }
    }

    /// <summary>An optimiser that a user could have written: the sign of the mean gradient.</summary>
    private sealed class SignDescent(double learningRate) : Optimizer(learningRate)
    {
        public override IReadOnlyList<string> StateNames => ["mean"];

        public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float mean = (0.9f * state[0][i]) + (0.1f * gradients[i]);
                state[0][i] = mean;
                values[i] -= (float)LearningRate * Math.Sign(mean);
            }
        }
    }
}
