using System.Text.Json;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>The commands that take a model: evaluate, predict and summary.</summary>
public sealed class ModelCommandTests(ModelCommandTests.TrainedModel trained) : IClassFixture<ModelCommandTests.TrainedModel>
{
    private readonly TinyData _data = trained.Data;

    [Fact]
    public void Evaluate_finds_what_train_found()
    {
        ProgramRun run = Run("evaluate", "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["test", "done"], run.Events.Select(e => e.Name()));
        foreach (string name in (string[])["loss", "accuracy"])
        {
            Assert.Equal(trained.Test.Number(name), run.Events[0].Number(name));
        }

        Assert.Equal(trained.WeightsSha256, run.Events[1].Text("weights_sha256"));
    }

    [Fact]
    public void Evaluate_shows_classes_and_confusion()
    {
        ProgramRun run = Run("evaluate");
        Assert.Contains("Class Precision Recall     F1 Images", run.Output);
        Assert.Contains("Rows: true class; columns: prediction.", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Predict_agrees_with_the_library()
    {
        ProgramRun run = Run("predict", "--index", "13", "--json", "-");
        Assert.Equal(["prediction", "done"], run.Events.Select(e => e.Name()));
        JsonElement prediction = run.Events[0];
        float[] probabilities = [.. prediction.GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle())];

        using Model model = ModelFile.Load(_data.Model);
        Data.LabelledImages test = Data.Mnist.LoadTest(_data.Folder);
        var item = new float[test.ItemShape.Count];
        test.ReadItem(13, item);
        Assert.Equal(model.Predict(item), probabilities);
        Assert.Equal(probabilities.Max(), prediction.GetProperty("probability").GetSingle());
        Assert.Equal(Array.IndexOf(probabilities, probabilities.Max()), prediction.Number("digit"));
        Assert.Equal(3, prediction.Number("label"));
    }

    [Fact]
    public void Predict_draws_the_image()
    {
        ProgramRun run = Run("predict", "--index", "3");
        Assert.Contains("Test image 3: predicted ", run.Output);

        // A bar three columns in and six rows high, two from the upper edge: without these two it is three full blocks, one a text line.
        Assert.Equal([" █", " █", " █"], run.Output.Split('\n').TakeWhile(line => !line.StartsWith("Test image")).Select(line => line.TrimEnd()));
    }

    [Theory]
    [InlineData("20", "--index takes 0 to 19")]
    [InlineData("2000000000", "--index takes 0 to 19")]
    [InlineData("-1", "--index takes a whole number")]
    public void Predict_refuses_an_image_that_is_not_there(string index, string reason) => Run("predict", "--index", index).AssertFailed(ExitCode.Usage, reason);

    [Fact]
    public void Summary_shows_the_seed_network()
    {
        ProgramRun run = ProgramRun.Of("summary");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2,359,552", run.Output);
        Assert.Contains("Trainable parameters: 2,380,938", run.Output);
        Assert.Contains("Input 28x28x1, preprocessing scale", run.Output);
    }

    [Fact]
    public void Summary_shows_a_saved_model() =>
        Assert.Contains($"Input {TinyData.Side}x{TinyData.Side}x1, preprocessing scale", ProgramRun.Of("summary", "--model", _data.Model).Output);

    [Fact]
    public void Summary_is_there_for_programs_too()
    {
        JsonElement[] events = ProgramRun.Of("summary", "--json", "-").Events;
        Assert.Equal(["summary", "done"], events.Select(e => e.Name()));
        Assert.Equal(2_380_938, events[0].Number("parameters"));
        Assert.Equal(8, events[0].GetProperty("layers").GetArrayLength());
    }

    [Fact]
    public void Summary_fits_on_a_narrow_screen()
    {
        string[] lines = ProgramRun.OnScreen(40, "summary").Output.Split('\n');
        Assert.DoesNotContain(lines, line => line.TrimEnd().Length > 40);
        Assert.Contains(lines, line => line.TrimEnd() == "dense           256        2,359,552");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void Evaluate_and_predict_fit_on_a_screen(int width)
    {
        foreach (string[] command in (string[][])[["evaluate"], ["predict", "--index", "3"]])
        {
            ProgramRun run = ProgramRun.OnScreen(width, [.. command, "--model", _data.Model, "--data", _data.Folder, "--no-color"]);
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain(run.Output.Split('\n'), line => line.TrimEnd().Length > width);
        }
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("predict", "--index", "0")]
    [InlineData("summary")]
    [InlineData("report", "--out", ".")]
    public void A_missing_model_is_a_data_error(params string[] command) =>
        ProgramRun.Of([.. command, "--model", "missing.safetensors"]).AssertFailed(ExitCode.InvalidData, "'missing.safetensors'");

    [Fact]
    public void A_model_of_another_shape_is_a_data_error()
    {
        using var folder = new TinyData();
        string path = folder.Model;
        using (Sequential other = Zoo.Seed(image: new NeuralCore.Shape(8, 8, 1)))
        {
            other.Compile();
            ModelFile.Save(other, path);
        }

        ProgramRun run = ProgramRun.Of("evaluate", "--model", path, "--data", _data.Folder, "--json", "-").AssertFailed(ExitCode.InvalidData, "takes images of 8x8x1");
        Assert.Equal(path, run.Events[^1].Text("file"));
    }

    private ProgramRun Run(string command, params string[] more) =>
        ProgramRun.Of([command, "--model", _data.Model, "--data", _data.Folder, .. more]);

    /// <summary>A model that is trained once for all of these tests.</summary>
    public sealed class TrainedModel : IDisposable
    {
        public TrainedModel()
        {
            ProgramRun run = ProgramRun.Of("train", "--data", Data.Folder, "--out", Data.Model, "--epochs", "2", "--batch-size", "16", "--json", "-");
            Test = run.Events[^2];
            WeightsSha256 = run.Events[^1].Text("weights_sha256");
        }

        internal TinyData Data { get; } = new();

        public JsonElement Test { get; }

        public string? WeightsSha256 { get; }

        public void Dispose() => Data.Dispose();
    }
}
