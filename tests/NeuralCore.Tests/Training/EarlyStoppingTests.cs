using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Training;

public sealed class EarlyStoppingTests
{
    // The label says nothing about the image, so that the validation loss soon grows.
    private static readonly LabelledImages Noise = Unlearnable(60);

    [Fact]
    public void A_loss_that_no_longer_falls_ends_the_training()
    {
        var stopping = new EarlyStopping(patience: 2);
        using Sequential model = Compiled();
        History history = model.Fit(Noise, 50, 20, 0.5, callbacks: [stopping]);
        Assert.InRange(history.Epochs.Count, 3, 49);
        Assert.Equal(history.Epochs.Count, stopping.StoppedEpoch);
        Assert.Equal(stopping.StoppedEpoch, stopping.BestEpoch + 2);
        Assert.Equal(history.Epochs.Min(e => e.ValidationLoss), history.Epochs[stopping.BestEpoch - 1].ValidationLoss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_model_ends_with_the_weights_of_the_last_or_of_the_best_epoch(bool restoresBest)
    {
        var stopping = new EarlyStopping(2, restoresBest);
        using Sequential model = Compiled(), reference = Compiled();
        model.Fit(Noise, 50, 20, 0.5, callbacks: [stopping]);
        reference.Fit(Noise, restoresBest ? stopping.BestEpoch : stopping.StoppedEpoch, 20, 0.5);
        Assert.Equal(reference.WeightsSha256(), model.WeightsSha256());
    }

    [Fact]
    public void A_resumed_training_is_stopped_where_the_uninterrupted_one_is()
    {
        var stopping = new EarlyStopping(2, restoreBestWeights: true);
        var capturing = new Capturing();
        using Sequential model = Compiled();
        model.Fit(Noise, 50, 20, 0.5, callbacks: [stopping, capturing]);
        foreach (Checkpoint moment in capturing.Moments)
        {
            var again = new EarlyStopping(2, restoreBestWeights: true);
            if (EarlyStopping.Best(moment.Position.History) is { } best)
            {
                again.BestWeights = capturing.Moments[(2 * best.Epoch) - 1].Values;
            }

            using Sequential resumed = Compiled();
            resumed.Fit(Noise, 50, 20, 0.5, callbacks: [again], options: new FitOptions { ResumeFrom = moment });
            Assert.Equal((stopping.BestEpoch, stopping.StoppedEpoch), (again.BestEpoch, again.StoppedEpoch));
            Assert.Equal(model.WeightsSha256(), resumed.WeightsSha256());
        }
    }

    [Fact]
    public void Best_weights_that_nobody_set_are_asked_for()
    {
        var capturing = new Capturing();
        using Sequential model = Compiled();
        model.Fit(Noise, 1, 20, 0.5, callbacks: [capturing]);
        Assert.Throws<InvalidOperationException>(() => model.Fit(Noise, 2, 20, 0.5, callbacks: [new EarlyStopping(2, true)], options: new FitOptions { ResumeFrom = capturing.Moments[^1] }));
    }

    /// <summary>The rule as Keras's on_epoch_end counts it, epoch by epoch.</summary>
    [Property]
    public void The_rule_is_that_of_Keras(NonNegativeInt patienceBelow, NonEmptyArray<byte> losses)
    {
        int patience = patienceBelow.Get % 6;
        (double best, int wait, int expected) = (double.PositiveInfinity, 0, losses.Get.Length);
        for (int epoch = 0; epoch < losses.Get.Length; epoch++)
        {
            wait++;
            if (Loss(losses.Get[epoch]) < best)
            {
                (best, wait) = (Loss(losses.Get[epoch]), 0);
            }
            else if (wait >= patience && epoch > 0)
            {
                expected = epoch + 1;
                break;
            }
        }

        List<EpochResult> history = [];
        for (int i = 0; i < losses.Get.Length && !EarlyStopping.IsOver(history, patience); i++)
        {
            history.Add(new EpochResult(i + 1, 0, 0, Loss(losses.Get[i]), 0, 0, 0, 0));
        }

        Assert.Equal(expected, history.Count);
    }

    /// <summary>A validation loss that is not a number is worse than any other, and the best weights before it stay the best.</summary>
    [Fact]
    public void Not_a_number_is_worse_than_anything()
    {
        EpochResult[] history = [.. new[] { double.NaN, 3, double.PositiveInfinity, double.NaN, 2.5, double.NaN }.Select((loss, i) => new EpochResult(i + 1, 0, 0, loss, 0, 0, 0, 0))];
        Assert.Equal([0, 2, 2, 2, 5, 5], Enumerable.Range(1, 6).Select(count => EarlyStopping.Best(history[..count])?.Epoch ?? 0));
        Assert.Equal([false, false, false, true], Enumerable.Range(1, 4).Select(count => EarlyStopping.IsOver(history[..count], 2)));
    }

    private static double Loss(byte value) => value % 16 == 15 ? double.NaN : value % 16;

    private static LabelledImages Unlearnable(int count)
    {
        var random = new Random(2);
        byte[] pixels = new byte[count * 64];
        random.NextBytes(pixels);
        return new LabelledImages(pixels, (byte[])[.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(3))], 8, 8, 3);
    }

    private static Sequential Compiled()
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(new Adam(0.005), seed: 3);
        return model;
    }

    /// <summary>Keeps two moments of each epoch: after its first step, and after its end.</summary>
    private sealed class Capturing : Callback
    {
        private TrainingRun? _run;

        public List<Checkpoint> Moments { get; } = [];

        public override void OnTrainingBegin(TrainingRun run) => _run = run;

        public override void OnStepEnd(in StepProgress progress)
        {
            if (progress.Step == 1)
            {
                Keep();
            }
        }

        public override void OnEpochEnd(EpochResult result) => Keep();

        private void Keep()
        {
            Moments.Add(_run!.NewCheckpoint());
            _run.Capture(Moments[^1]);
        }
    }
}
