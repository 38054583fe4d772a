using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>A training that runs away, one that learns nothing, and files of weights that are no numbers.</summary>
public sealed class DivergenceTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_training_that_diverges_says_what_to_change_and_keeps_the_file_that_was_there()
    {
        Assert.Equal(0, Train("--epochs", "1").ExitCode);
        byte[] before = File.ReadAllBytes(_data.Model);
        ProgramRun run = Train("--epochs", "3", "--learning-rate", "1e30", "--json", "-").AssertAfterLines(ExitCode.RuntimeFailure, "use a learning rate below 1E+30");
        Assert.Contains($"'{_data.Model}' is unchanged.", run.Error);
        Assert.Equal("error", run.Events[^1].Name());
        Assert.DoesNotContain(run.Events, e => e.Name() is "done" or "test");
        Assert.Equal(before, File.ReadAllBytes(_data.Model));
        Assert.Equal(["model.safetensors"], _data.FilesMade);
    }

    [Fact]
    public void Where_there_is_no_file_none_is_made()
    {
        ProgramRun run = Train("--epochs", "3", "--learning-rate", "1e30").AssertAfterLines(ExitCode.RuntimeFailure, "has diverged");
        Assert.Contains("was not written", run.Error);
        Assert.Empty(_data.FilesMade);
    }

    /// <summary>The checkpoints of before are those that a smaller learning rate could have gone on from; none is made of what is no number.</summary>
    [Fact]
    public void Checkpoints_of_before_stay()
    {
        string folder = _data.File("run");
        Assert.Equal(0, Train("--epochs", "2", "--learning-rate", "0.01", "--checkpoint", folder).ExitCode);
        string[] before = [.. Directory.GetFiles(folder, "*.safetensors").Order()];
        Assert.NotEmpty(before);
        string other = _data.File("other");
        Train("--epochs", "3", "--learning-rate", "1e30", "--checkpoint", other, "--every", "1-steps").AssertAfterLines(ExitCode.RuntimeFailure, "has diverged");
        Assert.NotEmpty(Directory.GetFiles(other, "*.safetensors"));
        Assert.All(Directory.GetFiles(other, "*.safetensors"), file => Assert.DoesNotContain(Numbers(file), number => !float.IsFinite(number)));
        Assert.Equal(before, Directory.GetFiles(folder, "*.safetensors").Order());
        Assert.Equal(0, Train("--epochs", "3", "--learning-rate", "0.01", "--checkpoint", folder, "--resume").ExitCode);

        // A safetensors file: the length of the header in eight bytes, the header, and the numbers of all tensors.
        static float[] Numbers(string file)
        {
            ReadOnlySpan<byte> bytes = File.ReadAllBytes(file);
            return MemoryMarshal.Cast<byte, float>(bytes[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes))..]).ToArray();
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_model_of_such_weights_is_refused_by_all_that_compute_with_it(float value)
    {
        Train("--epochs", "1");
        using (Model model = ModelFile.Load(_data.Model))
        {
            ModelParameter last = model.Parameters[^1];
            last.Write([.. last.Read()[1..], value]);
            ModelFile.Save(model, _data.Model);
        }

        string[] computing = ["--data", _data.Folder, "--model", _data.Model];
        ProgramRun.Of(["evaluate", .. computing]).AssertFailed(ExitCode.InvalidData, _data.Model);
        ProgramRun.Of(["predict", .. computing, "--index", "1"]).AssertFailed(ExitCode.InvalidData, "not finite numbers");
        ProgramRun.Of(["report", .. computing, "--out", _data.File("report")]).AssertFailed(ExitCode.InvalidData, "not finite numbers");
        ProgramRun.Of("convert", _data.Model, _data.File("out.onnx")).AssertFailed(ExitCode.InvalidData, "not finite numbers");
        Assert.Equal(["model.safetensors"], _data.FilesMade);
        Assert.Equal(0, ProgramRun.Of("summary", "--model", _data.Model).ExitCode);
    }

    [Fact]
    public void A_training_that_learns_nothing_says_so()
    {
        ProgramRun run = Train("--epochs", "1", "--learning-rate", "1e-30", "--class-weights", "0:0,1:0");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("The model does no better than always predicting the most frequent class", run.Output);
        Assert.DoesNotContain("does no better", Train("--epochs", "60", "--learning-rate", "0.005").Output);
    }

    [Fact]
    public void What_a_learner_can_be_told_changes_what_is_learnt()
    {
        string?[][] asked = [[], ["--label-smoothing", "0.1"], ["--clip-norm", "0.01"], ["--average", "0.5"], ["--class-weights", "3:2,8:0.5"], ["--label-smoothing", "0"]];
        string?[] hashes = [.. asked.Select(more => Train(["--epochs", "2", "--json", "-", .. more!]).Events[^1].Text("weights_sha256"))];
        Assert.Equal(5, hashes.Distinct().Count());
        Assert.Equal(hashes[0], hashes[^1]);
    }

    [Fact]
    public void What_it_can_not_be_told_is_answered()
    {
        Train("--label-smoothing", "1").AssertFailed(ExitCode.Usage, "--label-smoothing takes a number of at least 0 and below 1, not '1'");
        Train("--clip-norm", "0").AssertFailed(ExitCode.Usage, "--clip-norm takes a number above 0, not '0'");
        Train("--average", "1").AssertFailed(ExitCode.Usage, "--average takes");
        foreach (string weights in new[] { "3", "3:-1", "3:x", "3:1,3:2", "-1:2", "" })
        {
            Train("--class-weights", weights).AssertFailed(ExitCode.Usage, "--class-weights takes each class once");
        }

        Train("--class-weights", "10:2").AssertFailed(ExitCode.Usage, "names class 10, and the classes are 0 to 9");
    }

    /// <summary>With an average, clipping, smoothing, weights of classes and a schedule: cut at the end of an epoch, it ends in the same bits.</summary>
    [Fact]
    public void All_of_it_is_resumed_from_files()
    {
        string[] learner = ["--average", "0.9", "--clip-norm", "0.5", "--label-smoothing", "0.1", "--class-weights", "1:2", "--batch-size", "16", "--patience", "50", "--restore-best"];
        string? unbroken = Train(["--epochs", "4", "--json", "-", .. learner]).Events[^1].Text("weights_sha256");
        string folder = _data.File("run");
        Train(["--epochs", "2", "--checkpoint", folder, "--every", "2-steps", .. learner]);
        ProgramRun resumed = Train(["--epochs", "4", "--checkpoint", folder, "--resume", "--json", "-", .. learner]);
        Assert.Equal(unbroken, resumed.Events[^1].Text("weights_sha256"));
        Train(["--epochs", "4", "--checkpoint", folder, "--resume", .. learner[2..]]).AssertFailed(ExitCode.Usage, "--average");
    }

    private ProgramRun Train(params string[] more) => ProgramRun.Of(["train", "--data", _data.Folder, "--out", _data.Model, "--threads", "1", .. more]);
}

/// <summary>What a run that fails behind its first lines says.</summary>
internal static class LateFailure
{
    /// <summary>The run failed with this code, and one sentence that names what it is about is its last line.</summary>
    public static ProgramRun AssertAfterLines(this ProgramRun run, ExitCode exitCode, string about)
    {
        Assert.Equal((int)exitCode, run.ExitCode);
        string sentence = run.Error.TrimEnd('\n', '\r').Split('\n')[^1];
        Assert.EndsWith(".", sentence);
        Assert.Contains(about, sentence);
        Assert.DoesNotContain(" at NeuralCore.", run.Error);
        return run;
    }
}
