using NeuralCore.Data;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.UserTests;

/// <summary>Parts that are written outside the engine, with no access to its internals, are checked, trained, saved and resumed like its own.</summary>
public sealed class LearnerTests
{
    private static readonly ArrayDataset Waves = NewWaves();

    [Fact]
    public void The_gradients_are_right()
    {
        GradientReport[] reports =
        [
            GradientCheck.Run(new Block(4), new Shape(5)), GradientCheck.Run(new Swish(), new Shape(3, 2)), GradientCheck.Run(new LogCosh(), new Shape(4)),
        ];
        Assert.All(reports, report => Assert.True(report.Passed, report.ToString()));
        using Model model = Described();
        GradientReport whole = GradientCheck.Run(model, new LogCosh());
        Assert.True(whole.Passed, whole.ToString());
    }

    [Fact]
    public void A_model_of_them_learns()
    {
        using Model model = Compiled();
        History history = model.Fit(Waves, epochs: 40, batchSize: 32, callbacks: [new InverseRoot(50)]);
        Assert.InRange(history["loss"][^1], 0, 0.1 * history["loss"][0]);
        Assert.InRange(history["worst_error"][^1], 0, 0.5 * history["worst_error"][0]);
        Evaluation evaluation = model.Evaluate(Waves);
        Assert.Equal(Enumerable.Range(0, Waves.Count).Average(i => new WorstError().Measure(evaluation.Predictions[i], Target(i))), evaluation.Metrics["worst_error"], 1e-9);
    }

    [Fact]
    public void The_same_ops_run_as_they_are_written()
    {
        using var tape = new Tape(seed: 1);
        float[] x = [-2, -0.5f, 0, 3];
        Tensor y = tape.Apply(new Swish(), tape.Constant(Tensor.From(x, [2, 2])));
        float[] expected = new float[4];
        new Swish().Forward<float>(x, expected);
        Assert.Equal(expected, y.ToArray());
    }

    /// <summary>From every epoch on, through a checkpoint in a file, to the same bits.</summary>
    [Fact]
    public void A_training_that_is_saved_and_resumed_ends_in_the_same_bits()
    {
        using Model unbroken = Compiled();
        var keeper = new Keeper();
        History expected = unbroken.Fit(Waves, epochs: 3, batchSize: 32, callbacks: [new InverseRoot(5), new WeightAverage(0.9), keeper]);
        foreach (Checkpoint moment in keeper.All)
        {
            using Model resumed = Compiled();
            History history = resumed.Fit(Waves, epochs: 3, batchSize: 32, callbacks: [new InverseRoot(5), new WeightAverage(0.9)], options: new FitOptions { ResumeFrom = moment });
            Assert.Equal(expected["worst_error"], history["worst_error"]);
            Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
        }
    }

    /// <summary>Files know the engine's layers; an optimiser, a loss and a schedule of one's own do not matter to checkpoints on the disk.</summary>
    [Fact]
    public void Checkpoints_on_the_disk_hold_what_an_optimiser_of_ones_own_keeps()
    {
        string folder = Directory.CreateTempSubdirectory("neuralcore-user-").FullName;
        try
        {
            using Sequential unbroken = Simple(), first = Simple(), second = Simple();
            unbroken.Fit(Waves, epochs: 4, batchSize: 32, callbacks: [new InverseRoot(5)]);
            using (var saving = new Checkpointing(folder, first))
            {
                Assert.Throws<OperationCanceledException>(() => first.Fit(Waves, epochs: 4, batchSize: 32, callbacks: [new InverseRoot(5), saving, new PowerCut(afterEpoch: 2)]));
            }

            using var reading = new Checkpointing(folder, second);
            second.Fit(Waves, epochs: 4, batchSize: 32, callbacks: [new InverseRoot(5), reading], options: new FitOptions { ResumeFrom = reading.ReadNewest() });
            Assert.Equal(unbroken.WeightsSha256(), second.WeightsSha256());
            Assert.Equal(unbroken.TrainingState["momentum"], second.TrainingState["momentum"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static Sequential Simple()
        {
            var model = new Sequential(new Input(new Shape(2)), new Dense(16, Activation.Relu), new Dense(2));
            model.Compile(new Lion(0.002), new LogCosh(), [new WorstError()], seed: 4);
            return model;
        }
    }

    /// <summary>The weights, in this program's own format with the op too; what an optimiser of one's own keeps is for checkpoints.</summary>
    [Fact]
    public void A_model_of_them_is_saved_and_loaded()
    {
        LayerCodecs.Register(new SwishCodec());
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using Model model = Compiled();
            model.Fit(Waves, epochs: 1, batchSize: 32);
            model.Save(path);
            using Model loaded = ModelFile.Load(path);
            Assert.Equal(model.WeightsSha256(), loaded.WeightsSha256());
            Assert.Equal(model.Predict([0.25f, -0.5f]), loaded.Predict([0.25f, -0.5f]));
            Assert.Contains(loaded.Layers, layer => layer is Swish);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("keras")]
    [InlineData("h5")]
    [InlineData("onnx")]
    public void Files_hold_the_weights_that_an_optimiser_of_ones_own_found(string extension)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.{extension}");
        try
        {
            using var model = new Sequential(new Input(new Shape(2)), new Dense(16, Activation.Relu), new Dense(2));
            model.Compile(new Lion(0.002), new LogCosh(), [], seed: 4);
            model.Fit(Waves, epochs: 1, batchSize: 32);
            model.Save(path);
            using Model loaded = ModelFile.Load(path);
            Assert.Equal(model.WeightsSha256(), loaded.WeightsSha256());
            Assert.Equal(0, loaded.Steps);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("safetensors", "LayerCodecs.Register")]
    [InlineData("keras", "cannot be written")]
    [InlineData("onnx", "cannot be written")]
    public void A_file_says_which_part_it_cannot_hold(string extension, string named)
    {
        var x = Value.Input(new Shape(2));
        using var model = new Model(x, new Dense(2).Apply(new Doubling().Apply(x)));
        model.Compile(new Adam(), new LogCosh(), [], seed: 4);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.{extension}");
        Exception refusal = Assert.ThrowsAny<Exception>(() => ModelFile.Save(model, path));
        Assert.Contains(named, refusal.Message);
        Assert.Contains("Doubling", refusal.Message);
        Assert.False(File.Exists(path));
    }

    private static float[] Target(int item)
    {
        float[] target = new float[2];
        Waves.ReadTarget(item, target);
        return target;
    }

    private static Model Described()
    {
        var x = Value.Input(new Shape(2));
        return new Model(x, new Dense(2).Apply(new Swish().Apply(new Dense(16).Apply(new Block(16).Apply(x)))));
    }

    private static Model Compiled()
    {
        Model model = Described();
        model.Compile(new Lion(0.003), new LogCosh(), [new WorstError()], seed: 4);
        return model;
    }

    /// <summary>Points of a square, and two waves over it.</summary>
    private static ArrayDataset NewWaves()
    {
        var random = new Random(1);
        float[] points = [.. Enumerable.Range(0, 1024).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        float[] waves = [.. points.Chunk(2).SelectMany(p => (float[])[MathF.Sin(2 * p[0]) + p[1], MathF.Cos(2 * p[1])])];
        return new ArrayDataset(points, new Shape(2), waves, new Shape(2));
    }

    /// <summary>An op without a codec.</summary>
    private sealed class Doubling : CustomOp
    {
        public override Shape OutputShape(Shape input) => input;

        public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = x[i] + x[i];
            }
        }

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) => Forward(dy, dx);
    }

    private sealed class Keeper : Callback
    {
        private TrainingRun? _run;

        public List<Checkpoint> All { get; } = [];

        public override void OnTrainingBegin(TrainingRun run) => _run = run;

        public override void OnStepEnd(in StepProgress progress)
        {
            if (progress.Step % 7 == 0)
            {
                All.Add(_run!.NewCheckpoint());
                _run.Capture(All[^1]);
            }
        }
    }

    private sealed class PowerCut(int afterEpoch) : Callback
    {
        public override void OnEpochEnd(EpochResult result)
        {
            if (result.Epoch == afterEpoch)
            {
                throw new OperationCanceledException();
            }
        }
    }
}
