using System.Security.Cryptography;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>The report as a command writes it; what is in it is tested where it is made.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly TinyData _data = new();

    private string Folder => _data.File("report");

    private string Page => Path.Combine(Folder, "report.html");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Train_and_report_write_the_same_files()
    {
        ProgramRun train = Train("--report", Folder, "--json", "-");
        Assert.Equal(["start", "epoch", "epoch", "test", "report", "done"], train.Events.Select(e => e.Name()));
        Assert.Equal(Page, train.Events[4].Text("file"));
        Dictionary<string, string> first = Files();

        ProgramRun report = ProgramRun.Of("report", "--model", _data.Model, "--data", _data.Folder, "--out", Folder, "--json", "-");
        Assert.Equal(["test", "report", "done"], report.Events.Select(e => e.Name()));
        Assert.Equal(train.Events[3].Number("accuracy"), report.Events[0].Number("accuracy"));
        Assert.Equal(first, Files());
        Assert.Contains("report.html", first.Keys);
        Assert.Contains("accuracy.png", first.Keys);
    }

    [Fact]
    public void A_model_without_history_says_so()
    {
        Train();
        using (Model model = ModelFile.Load(_data.Model))
        {
            ModelFile.Save(model, _data.Model);
        }

        Assert.Equal(0, Report(Folder).ExitCode);
        Assert.Contains("has no training history", File.ReadAllText(Page));
        Assert.DoesNotContain("loss.png", Files().Keys);
    }

    [Fact]
    public void Several_models_are_compared_on_one_page()
    {
        Train();
        string other = _data.File("other.safetensors");
        ProgramRun.Of("train", "--data", _data.Folder, "--out", other, "--batch-size", "16", "--epochs", "1", "--network", "mlp");
        ProgramRun run = ProgramRun.Of("report", "--model", _data.Model, "--model", other, "--data", _data.Folder, "--out", Folder, "--json", "-");
        Assert.Equal(["test", "test", "report", "done"], run.Events.Select(e => e.Name()));
        string page = Path.Combine(Folder, "comparison.html");
        Assert.Equal(page, run.Events[2].Text("file"));
        string text = File.ReadAllText(page);
        Assert.Contains("model.safetensors", text);
        Assert.Contains("other.safetensors", text);
        Assert.False(File.Exists(Page));
        Assert.Contains("--epochs 1", File.ReadAllText(other));

        // Two files of the same name are called by their paths.
        ProgramRun twice = ProgramRun.Of("report", "--model", _data.Model, "--model", _data.Model, "--data", _data.Folder, "--out", Folder);
        Assert.Contains($"{_data.Model}:", twice.Output);
    }

    [Fact]
    public void The_page_has_the_command_and_the_class_names_of_the_model()
    {
        Train("--seed", "5");
        using (Model model = ModelFile.Load(_data.Model))
        {
            var notes = new Dictionary<string, string>(ModelFile.ReadMetadata(_data.Model))
            {
                ["class_names"] = "[\"zero\",\"one\",\"two\",\"three\",\"four\",\"five\",\"six\",\"seven\",\"eight\",\"nine\"]",
            };
            ModelFile.Save(model, _data.Model, notes);
        }

        Assert.Equal(0, Report(Folder).ExitCode);
        string text = File.ReadAllText(Page);
        Assert.Contains("--epochs 2 --seed 5</code>", text);
        Assert.Contains("9 nine</th>", text);
    }

    [Fact]
    public void A_damaged_history_is_a_data_error()
    {
        Train();
        using (Model model = ModelFile.Load(_data.Model))
        {
            ModelFile.Save(model, _data.Model, new Dictionary<string, string> { [HistoryText.Key] = "{\"loss\":[1,2]}" });
        }

        Report(Folder).AssertFailed(ExitCode.InvalidData, _data.Model);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void A_place_that_is_no_folder_is_noticed_before_the_work()
    {
        string file = _data.File("occupied");
        File.WriteAllText(file, "");
        Train("--report", file).AssertFailed(ExitCode.RuntimeFailure, $"'{file}'");
        Train("--report", Path.Combine(file, "below")).AssertFailed(ExitCode.RuntimeFailure, file);
        Assert.Equal(["occupied"], _data.FilesMade);
    }

    [Fact]
    public void A_page_that_cannot_be_replaced_is_noticed_before_the_work()
    {
        Directory.CreateDirectory(Page);
        Train("--report", Folder).AssertFailed(ExitCode.RuntimeFailure, Page);
        Assert.False(File.Exists(_data.Model));
    }

    /// <summary>The files of the report by name, each with the hash of what is in it.</summary>
    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(Folder).ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))));

    private ProgramRun Report(string folder) => ProgramRun.Of("report", "--model", _data.Model, "--data", _data.Folder, "--out", folder);

    private ProgramRun Train(params string[] more) =>
        ProgramRun.Of(["train", "--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", "--epochs", "2", .. more]);
}
