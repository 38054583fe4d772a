using System.Text.Json;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>Several models that answer together, and a training that makes them.</summary>
public sealed class EnsembleTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_training_of_an_ensemble_makes_the_models_of_its_seeds_and_tests_their_mean()
    {
        ProgramRun run = Train("--ensemble", "3", "--seed", "5", "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["model.1.safetensors", "model.2.safetensors", "model.3.safetensors"], _data.FilesMade);
        JsonElement[] tests = [.. run.Events.Where(e => e.Name() == "test")];
        Assert.Equal(4, tests.Length);
        Assert.Equal([5, 6, 7], run.Events.Where(e => e.Name() == "start").Select(e => e.Number("seed")));

        ProgramRun evaluated = ProgramRun.Of([.. Models("evaluate", 1, 2, 3), "--json", "-"]);
        Assert.Equal(tests[^1].Number("loss"), evaluated.Events[0].Number("loss"));
        Assert.Equal(tests[^1].Number("accuracy"), evaluated.Events[0].Number("accuracy"));
        Assert.Equal(tests[1].Number("loss"), ProgramRun.Of([.. Models("evaluate", 2), "--json", "-"]).Events[0].Number("loss"));

        string alone = _data.File("alone.safetensors");
        ProgramRun.Of("train", "--data", _data.Folder, "--network", "mlp", "--epochs", "2", "--batch-size", "16", "--seed", "6", "--out", alone);
        using Model one = ModelFile.Load(alone), member = ModelFile.Load(_data.File("model.2.safetensors"));
        Assert.Equal(one.WeightsSha256(), member.WeightsSha256());
    }

    [Fact]
    public void Predict_answers_with_the_mean_of_the_probabilities()
    {
        Train("--ensemble", "2");
        float[][] all = [.. new[] { Models("predict", 1), Models("predict", 2), Models("predict", 1, 2) }.Select(Probabilities)];
        Assert.Equal(all[0].Zip(all[1], (one, other) => (float)(((double)one + other) / 2)), all[2]);

        static float[] Probabilities(string[] command) =>
            [.. ProgramRun.Of([.. command, "--index", "3", "--json", "-"]).Events[0].GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle())];
    }

    [Fact]
    public void A_person_is_told_how_each_model_does()
    {
        Train("--ensemble", "2");
        string output = ProgramRun.Of(Models("evaluate", 1, 2)).Output;
        Assert.Contains("model.1.safetensors': loss ", output);
        Assert.Contains("model.2.safetensors': loss ", output);
        Assert.Contains("mean of the probabilities of all 2", output);
    }

    [Fact]
    public void Models_for_other_images_do_not_go_together()
    {
        Train();
        string other = _data.File("other.safetensors");
        using (Sequential model = Zoo.Mlp(new NeuralCore.Shape(8, 8, 1)))
        {
            model.Compile();
            Files.ModelFile.Save(model, other);
        }

        ProgramRun run = ProgramRun.Of("evaluate", "--model", _data.Model, "--model", other, "--data", _data.Folder, "--json", "-");
        Assert.Equal(other, run.AssertFailed(ExitCode.InvalidData, "takes images of 8x8x1").Events[^1].Text("file"));
    }

    [Fact]
    public void Each_network_of_an_ensemble_has_checkpoints_of_its_own()
    {
        string folder = _data.File("checkpoints");
        ProgramRun first = Train("--ensemble", "2", "--checkpoint", folder, "--json", "-");
        ProgramRun again = Train("--ensemble", "2", "--checkpoint", folder, "--resume", "--json", "-");
        Assert.Equal(2, Directory.GetDirectories(folder).Length);
        Assert.Equal(0, again.Events.Count(e => e.Name() == "epoch"));
        Assert.Equal(first.Events.Last(e => e.Name() == "test").Number("loss"), again.Events.Last(e => e.Name() == "test").Number("loss"));
    }

    private string[] Models(string command, params int[] numbers) =>
        [command, "--data", _data.Folder, .. numbers.SelectMany(number => (string[])["--model", _data.File($"model.{number}.safetensors")])];

    private ProgramRun Train(params string[] more) =>
        ProgramRun.Of(["train", "--data", _data.Folder, "--out", _data.Model, "--network", "mlp", "--epochs", "2", "--batch-size", "16", .. more]);
}
