using System.Numerics;
using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>A training that diverges ends at once, and one that fails leaves a model that can be used.</summary>
public sealed class DivergenceTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(60, 1);

    [Theory]
    [InlineData("adam", 1e30)]
    [InlineData("sgd", 1e30)]
    [InlineData("rmsprop", 1e30)]
    [InlineData("sgd", 1e6)]
    public void The_first_loss_that_is_not_finite_ends_the_training(string name, double rate)
    {
        Optimizer optimizer = name switch { "adam" => new Adam(rate), "sgd" => new SGD(rate), _ => new RMSprop(rate) };
        using Sequential model = Compiled(optimizer);
        var watcher = new Watcher();
        var failure = Assert.Throws<DivergedException>(() => model.Fit(Images, epochs: 50, batchSize: 10, callbacks: [watcher]));
        Assert.All(watcher.Steps, step => Assert.True(double.IsFinite(step.Loss)));
        Assert.Matches("^(The loss is (not a number|infinite) after step .*|The weights .*): the training has diverged, so use a learning rate below .*, or clip the gradients by their norm\\.$", failure.Message);
    }

    /// <summary>A loss may be finite where its gradient is not.</summary>
    [Fact]
    public void A_gradient_that_is_not_finite_ends_the_training()
    {
        using Sequential model = Compiled(new SGD(0.01), new Poisoned(60));
        var watcher = new Watcher();
        Assert.Throws<DivergedException>(() => model.Fit(Images, epochs: 5, batchSize: 10, callbacks: [watcher]));
        Assert.InRange(watcher.Steps.Count, 6, 7);
    }

    /// <summary>In the last step of an epoch no later loss can tell.</summary>
    [Fact]
    public void No_epoch_ends_with_weights_that_are_not_finite()
    {
        using Sequential model = Compiled(new SGD(0.01), new Poisoned(0));
        var watcher = new Watcher();
        var failure = Assert.Throws<DivergedException>(() => model.Fit(Images, epochs: 5, batchSize: 60, callbacks: [watcher]));
        Assert.Empty(watcher.Ends);
        Assert.StartsWith("The weights ", failure.Message);
        Assert.Throws<DivergedException>(model.RequireFinite);
    }

    [Fact]
    public void No_checkpoint_is_made_of_weights_that_are_not_finite()
    {
        using Sequential model = Compiled(new SGD(0.01), new Poisoned(20));
        var moments = new Moments();
        Assert.Throws<DivergedException>(() => model.Fit(Images, epochs: 5, batchSize: 10, callbacks: [moments]));
        Assert.Equal(2, moments.All.Count);
        Assert.All(moments.All, moment => Assert.All(moment.Values, values => Assert.DoesNotContain(values, value => !float.IsFinite(value))));
    }

    [Fact]
    public void The_best_weights_are_restored_after_a_divergence()
    {
        using Sequential model = Compiled(new SGD(0.01)), reference = Compiled(new SGD(0.01));
        var stopping = new EarlyStopping(10, restoreBestWeights: true);
        Assert.Throws<DivergedException>(() => model.Fit(
            Images, epochs: 9, batchSize: 10, validationSplit: 0.5, callbacks: [stopping, new Explosion(after: 6)]));
        Assert.InRange(stopping.BestEpoch, 1, 2);
        reference.Fit(Images, epochs: stopping.BestEpoch, batchSize: 10, validationSplit: 0.5);
        model.RequireFinite();
        Assert.Equal(reference.WeightsSha256(), model.WeightsSha256());
    }

    public static TheoryData<string> Failures => ["callback at a step", "callback at the end of an epoch", "loss", "metric", "optimizer", "op", "data"];

    /// <summary>What fails is named, later callbacks are told, and the model goes on being trained and asked.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public void A_part_of_the_users_that_fails_leaves_the_model_usable(string part)
    {
        var fuse = new Fuse();
        Layer[] layers = part == "op" ? [.. TestNetworks.Small[..^1], new FailingOp(fuse), TestNetworks.Small[^1]] : TestNetworks.Small;
        using var model = new Sequential(layers);
        model.Compile(
            part == "optimizer" ? new FailingOptimizer(fuse) : new Adam(0.005), part == "loss" ? new FailingLoss(fuse) : null,
            part == "metric" ? [new FailingMetric(fuse)] : null, CpuBackend.Create(2), seed: 3);
        IDataset data = part == "data" ? new FailingData(Images, fuse) : Images;
        Callback? failing = part.StartsWith("callback", StringComparison.Ordinal) ? new FailingCallback(fuse, part.EndsWith("step", StringComparison.Ordinal)) : null;
        var told = new Told();
        Callback[] callbacks = failing is null ? [told] : [failing, told];
        model.Fit(data, epochs: 1, batchSize: 20, callbacks: callbacks);
        fuse.IsLit = true;
        Exception failure = Assert.ThrowsAny<Exception>(() => model.Fit(data, epochs: 2, batchSize: 20, callbacks: callbacks));
        Assert.Contains("out of paper", failure.Message);
        Assert.Same(failure, told.Error);
        fuse.IsLit = false;
        model.RequireFinite();
        Assert.Equal(Images.Count, model.Predict(Images).Count);
        Assert.True(double.IsFinite(model.Fit(data, epochs: 1, batchSize: 20, callbacks: callbacks)["loss"][0]));
    }

    /// <summary>A step that failed in the user's callback is complete: a model that goes on is the one that never failed.</summary>
    [Fact]
    public void A_training_goes_on_from_a_failure_to_the_bits_of_one_without()
    {
        using Sequential model = Compiled(new Adam(0.005)), reference = Compiled(new Adam(0.005));
        var moment = model.NewCheckpoint();
        var failing = new FailingCallback(new Fuse { IsLit = true }, atStep: true) { Moment = moment };
        Assert.ThrowsAny<Exception>(() => model.Fit(Images, epochs: 2, batchSize: 20, callbacks: [failing]));
        model.Fit(Images, epochs: 2, batchSize: 20, options: new FitOptions { ResumeFrom = moment });
        reference.Fit(Images, epochs: 2, batchSize: 20);
        Assert.Equal(reference.WeightsSha256(), model.WeightsSha256());
    }

    [Fact]
    public void A_model_with_nothing_to_train_says_so()
    {
        using var model = new Sequential(new Input(new Shape(8, 8, 1)), new Flatten(), new Dense(3, Activation.Softmax) { Trainable = false });
        model.Compile();
        Assert.Contains("no parameter to train", Assert.Throws<InvalidOperationException>(() => model.Fit(Images)).Message);
        Assert.Equal(Images.Count, model.Predict(Images).Count);
    }

    [Fact]
    public void Guessing_is_what_the_most_frequent_class_would_come_to()
    {
        ConfusionMatrix Of(params (int Label, int Prediction)[] items)
        {
            var matrix = new ConfusionMatrix(3);
            Array.ForEach(items, item => matrix.Add(item.Label, item.Prediction));
            return matrix;
        }

        Assert.True(Of((0, 0), (0, 0), (1, 0), (2, 0)).IsGuessing);
        Assert.False(Of((0, 0), (0, 0), (1, 1), (2, 0)).IsGuessing);
        Assert.False(Of((0, 0), (0, 0)).IsGuessing);
        Assert.False(new ConfusionMatrix(3).IsGuessing);
    }

    private static Sequential Compiled(Optimizer optimizer, Loss? loss = null)
    {
        var model = new Sequential(TestNetworks.WholeVectors);
        model.Compile(optimizer, loss, backend: CpuBackend.Create(2), seed: 3);
        return model;
    }

    /// <summary>Says whether the part that holds it is to fail.</summary>
    private sealed class Fuse
    {
        public bool IsLit { get; set; }

        public void Burn()
        {
            if (IsLit)
            {
                throw new TimeoutException("out of paper");
            }
        }
    }

    /// <summary>A loss whose gradient is not a number from some item on.</summary>
    private sealed class Poisoned(int after) : Loss
    {
        private int _items;

        public override TargetKind Targets => TargetKind.Class;

        public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target) => T.IsNaN(prediction[0]) ? T.NaN : T.One;

        public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction) =>
            dPrediction.Fill(Interlocked.Increment(ref _items) > after ? T.NaN : T.One);
    }

    /// <summary>Lets the learning rate grow beyond all measure after some steps.</summary>
    private sealed class Explosion(int after) : Schedule
    {
        public override double Rate(double learningRate, long step, long steps) => step < after ? learningRate : 1e30;
    }

    private sealed class Told : Callback
    {
        public Exception? Error { get; private set; }

        public override void OnTrainingFailed(Exception error) => Error = error;
    }

    private sealed class FailingCallback(Fuse fuse, bool atStep) : Callback
    {
        private TrainingRun? _run;

        public Checkpoint? Moment { get; init; }

        public override void OnTrainingBegin(TrainingRun run) => _run = run;

        public override void OnStepEnd(in StepProgress progress)
        {
            if (progress.Step == 2 && atStep)
            {
                if (Moment is not null)
                {
                    _run!.Capture(Moment);
                }

                fuse.Burn();
            }
        }

        public override void OnEpochEnd(EpochResult result) => fuse.Burn();

        public override void OnTrainingFailed(Exception error) => throw new InvalidOperationException("No one hears this.");
    }

    private sealed class FailingLoss(Fuse fuse) : Loss
    {
        private readonly SparseCategoricalCrossentropy _loss = new();

        public override TargetKind Targets => TargetKind.Class;

        public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target) => _loss.Forward(prediction, target);

        public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction)
        {
            fuse.Burn();
            _loss.Backward(prediction, target, dPrediction);
        }
    }

    private sealed class FailingMetric(Fuse fuse) : Metric
    {
        public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
        {
            fuse.Burn();
            return 0;
        }
    }

    private sealed class FailingOptimizer(Fuse fuse) : Optimizer(0.001)
    {
        public override IReadOnlyList<string> StateNames => [];

        public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state)
        {
            fuse.Burn();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] -= (float)LearningRate * gradients[i];
            }
        }
    }

    private sealed class FailingOp(Fuse fuse) : CustomOp
    {
        public override Shape OutputShape(Shape input) => input;

        public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y) => x.CopyTo(y);

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        {
            fuse.Burn();
            dy.CopyTo(dx);
        }
    }

    private sealed class FailingData(IDataset source, Fuse fuse) : IDataset
    {
        public int Count => source.Count;

        public Shape ItemShape => source.ItemShape;

        public int Classes => source.Classes;

        public bool IsConcurrent => true;

        public void ReadItem(int index, Span<float> destination)
        {
            fuse.Burn();
            source.ReadItem(index, destination);
        }

        public int Label(int index) => source.Label(index);
    }
}
