using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>The command that writes a model in another format, and the others on what it wrote.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(".h5")]
    [InlineData(".keras")]
    [InlineData(".onnx")]
    public void A_converted_model_is_the_same_to_every_command(string extension)
    {
        string model = Train(), converted = _data.File("converted" + extension);
        ProgramRun run = ProgramRun.Of("convert", model, converted, "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["done"], run.Events.Select(e => e.Name()));
        Assert.Equal(converted, run.Events[0].Text("model"));
        ProgramRun before = Ask("evaluate", model), after = Ask("evaluate", converted);
        Assert.Equal(before.Events[0].Number("loss"), after.Events[0].Number("loss"));
        Assert.Equal(run.Events[0].Text("weights_sha256"), after.Events[1].Text("weights_sha256"));
        Assert.Equal(before.Events[1].Text("weights_sha256"), after.Events[1].Text("weights_sha256"));
        Assert.Equal(
            Ask("predict", model, "--index", "3").Events[0].GetProperty("probabilities").ToString(),
            Ask("predict", converted, "--index", "3").Events[0].GetProperty("probabilities").ToString());
        Assert.Equal(ProgramRun.Of("summary", "--model", model).Output, ProgramRun.Of("summary", "--model", converted).Output);
        Assert.Equal(ModelFile.ReadMetadata(model), ModelFile.ReadMetadata(converted));
    }

    [Fact]
    public void Train_writes_the_format_that_its_file_is_named_for()
    {
        string path = Train("model.h5");
        using Model model = ModelFile.Load(path);
        Assert.True(model.Steps > 0);
        Assert.Equal(["model.h5"], _data.FilesMade);
    }

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".h5")]
    [InlineData(".keras")]
    public void Weights_alone_take_less_than_half_the_room_and_are_the_same(string extension)
    {
        string model = Train("whole" + extension), converted = _data.File("weights" + extension);
        ProgramRun run = ProgramRun.Of("convert", model, converted, "--weights-only", "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.True(new FileInfo(converted).Length < new FileInfo(model).Length / 2);
        Assert.Equal(Ask("evaluate", model).Events[1].Text("weights_sha256"), run.Events[0].Text("weights_sha256"));
        ProgramRun.Of("convert", model, converted, "--weights-only", "--optimizer-state").AssertFailed(ExitCode.Usage, "--weights-only");
    }

    [Fact]
    public void It_says_what_it_wrote()
    {
        ProgramRun run = ProgramRun.Of("convert", Train(), _data.File("model.keras"));
        Assert.Contains($"Saved '{_data.File("model.keras")}'", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_file_that_can_not_be_converted_is_refused()
    {
        File.WriteAllText(_data.File("text.h5"), "no model");
        ProgramRun.Of("convert", _data.File("text.h5"), _data.File("out.onnx")).AssertFailed(ExitCode.InvalidData, "text.h5");
        ProgramRun.Of("convert", _data.File("missing.h5"), _data.File("out.onnx")).AssertFailed(ExitCode.InvalidData, "missing.h5");
        ProgramRun.Of("convert", _data.File("text.h5"), _data.File("out.txt")).AssertFailed(ExitCode.Usage, "out.txt");
        ProgramRun.Of("convert", _data.File("text.h5")).AssertFailed(ExitCode.Usage, "convert");
        Assert.Equal(["text.h5"], _data.FilesMade);
    }

    [Fact]
    public void A_place_that_can_not_be_written_is_named()
    {
        string target = _data.File(Path.Combine("nowhere", "model.onnx"));
        ProgramRun.Of("convert", Train(), target).AssertFailed(ExitCode.RuntimeFailure, target);
    }

    private string Train(string name = "model.safetensors")
    {
        ProgramRun run = ProgramRun.Of("train", "--data", _data.Folder, "--epochs", "1", "--out", _data.File(name), "--verbose", "0");
        Assert.Equal("", run.Error);
        return _data.File(name);
    }

    private ProgramRun Ask(string command, string model, params string[] more) =>
        ProgramRun.Of([command, "--model", model, "--data", _data.Folder, "--json", "-", .. more]);
}
