using System.Text.Json;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>Trainings that are kept and compared, and a look into a data set.</summary>
public sealed class RunsTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Trainings_are_kept_listed_and_compared()
    {
        string runs = _data.File("runs");
        JsonElement[] first = Train("--run", Path.Combine(runs, "a"), "--json", "-").Events;
        Train("--run", Path.Combine(runs, "b"), "--learning-rate", "0.01");
        Assert.Equal(["history.json", "model.safetensors", "report", "result.json", "settings.json"], Directory.GetFileSystemEntries(Path.Combine(runs, "a")).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(Path.Combine(runs, "a", "report", "report.html")));

        JsonElement[] listed = ProgramRun.Of("runs", runs, "--json", "-").Events;
        Assert.Equal(["run", "run", "done"], listed.Select(e => e.Name()));
        Assert.Equal(first[^1].Text("weights_sha256"), listed[0].Text("weights_sha256"));
        Assert.Equal(first.Last(e => e.Name() == "epoch").Number("val_accuracy"), listed[0].Number("val_accuracy"));
        Assert.Equal(first.First(e => e.Name() == "test").Number("accuracy"), listed[0].Number("test_accuracy"));

        string page = _data.File("page");
        ProgramRun compared = ProgramRun.Of("runs", runs, "--out", page);
        Assert.Contains("--learning-rate 0.01", compared.Output);
        Assert.DoesNotContain("--batch-size", compared.Output);
        Assert.Equal(["runs-accuracy.png", "runs-loss.png", "runs.html"], Directory.GetFiles(page).Select(Path.GetFileName).Order());
        string html = File.ReadAllText(Path.Combine(page, "runs.html"));
        Assert.Equal("html", System.Xml.Linq.XDocument.Parse(html.Replace("<!DOCTYPE html>", "")).Root!.Name.LocalName);
    }

    [Fact]
    public void A_folder_keeps_one_training()
    {
        string run = _data.File("run");
        Assert.Equal(0, Train("--run", run).ExitCode);
        byte[] result = File.ReadAllBytes(Path.Combine(run, "result.json"));
        Train("--run", run).AssertFailed(ExitCode.Usage, "already holds a run");
        Assert.Equal(result, File.ReadAllBytes(Path.Combine(run, "result.json")));
    }

    [Fact]
    public void A_training_that_did_not_end_is_listed_as_that()
    {
        string run = _data.File("run");
        using var cancellation = new CancellationTokenSource();
        var output = new CancellingWriter("\"event\":\"epoch\",\"epoch\":1,", cancellation);
        Assert.Equal((int)ExitCode.Cancelled, App.Run(Arguments("--run", run, "--json", "-"), new Terminal(output, TextWriter.Null), cancellation.Token));
        Assert.Contains("not ended", ProgramRun.Of("runs", run).Output);
        ProgramRun.Of("runs", run, "--out", _data.File("page")).AssertFailed(ExitCode.InvalidData, "no curves");
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        string run = _data.File("run"), result = Path.Combine(run, "result.json");
        Train("--run", run);
        File.WriteAllText(result, "{\"epochs\": \"many\"");
        ProgramRun.Of("runs", run).AssertFailed(ExitCode.InvalidData, result);
    }

    [Fact]
    public void A_folder_without_trainings_is_refused()
    {
        ProgramRun.Of("runs", _data.File("nowhere")).AssertFailed(ExitCode.InvalidData, "There is no folder");
        ProgramRun.Of("runs", _data.Folder).AssertFailed(ExitCode.InvalidData, "holds no run");
        ProgramRun.Of("train", "--run", _data.File("run"), "--out", _data.Model).AssertFailed(ExitCode.Usage, "leave out --out");
    }

    [Fact]
    public void An_ensemble_keeps_a_folder_for_each_network()
    {
        string run = _data.File("run");
        Assert.Equal(0, Train("--run", run, "--ensemble", "2").ExitCode);
        Assert.Equal(2, ProgramRun.Of("runs", run, "--json", "-").Events.Count(e => e.Name() == "run"));
        Assert.True(File.Exists(Path.Combine(run, "2", "model.safetensors")));
    }

    [Fact]
    public void Data_is_counted_and_shown()
    {
        string picture = _data.File("samples.png");
        ProgramRun run = ProgramRun.Of("data", "inspect", _data.Folder, "--picture", picture);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Images of 10 x 10 pixels: 80 to train, 20 to test", run.Output);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(picture)[..4]);
        JsonElement data = ProgramRun.Of("data", "inspect", _data.Folder, "--json", "-").Events[0];
        Assert.Equal(Enumerable.Repeat(8, 10), data.GetProperty("train").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal(Enumerable.Repeat(2, 10), data.GetProperty("test").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal(0, data.Number("shared"));
        ProgramRun.Of("data", "inspect", _data.File("nowhere")).AssertFailed(ExitCode.InvalidData, "nowhere");
    }

    private string[] Arguments(params string[] more) => ["train", "--data", _data.Folder, "--network", "mlp", "--epochs", "2", "--batch-size", "16", .. more];

    private ProgramRun Train(params string[] more) => ProgramRun.Of(Arguments(more));
}
