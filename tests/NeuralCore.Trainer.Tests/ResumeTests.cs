using System.Text.Json;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    private string Folder => _data.File("checkpoints");

    [Theory]
    [InlineData("\"event\":\"checkpoint\"", "in epoch 1 at step 2 of 4")]
    [InlineData("\"event\":\"epoch\",\"epoch\":2", "after the training of epoch 2")]
    [InlineData("\"epoch\":3,\"step\":2", "in epoch 3 at step")]
    public void An_interrupted_training_is_resumed_to_the_same_end(string when, string where)
    {
        JsonElement[] unbroken = Train("--epochs", "4").Events;
        (JsonElement[] first, string sentence) = TrainUntil(when, "--epochs", "4", "--every", "1-steps");
        Assert.Contains(where, sentence);
        Assert.Contains("is the checkpoint that --resume continues from, and", sentence);

        JsonElement[] second = Train("--epochs", "4", "--checkpoint", Folder, "--resume", "--threads", "3").Events;
        JsonElement resume = Assert.Single(second, e => e.Name() == "resume");
        Assert.Contains(resume.Text("file")!, sentence);
        Assert.Equal(["event", "file", "epoch", "step"], resume.Fields());
        Assert.Equal(unbroken[^1].Text("weights_sha256"), second[^1].Text("weights_sha256"));
        Assert.Equal(Epochs(unbroken), Epochs([.. first, .. second]));
    }

    [Fact]
    public void A_training_that_stops_early_stops_there_after_a_resumption_too()
    {
        string[] stopping = ["--epochs", "60", "--patience", "2", "--restore-best", "--learning-rate", "0.02"];
        JsonElement[] unbroken = Train(stopping).Events;
        JsonElement judged = Assert.Single(unbroken, e => e.Name() == "judged");
        Assert.Equal(["event", "best_epoch", "stopped_early", "restored_best"], judged.Fields());
        Assert.True(judged.GetProperty("stopped_early").GetBoolean());

        string last = $"\"event\":\"epoch\",\"epoch\":{Epochs(unbroken)[^1].Epoch}";
        (JsonElement[] first, _) = TrainUntil(last, [.. stopping, "--keep", "1"]);
        JsonElement[] second = Train([.. stopping, "--checkpoint", Folder, "--resume", "--keep", "1"]).Events;
        Assert.Equal(Epochs(unbroken), Epochs([.. first, .. second]));
        Assert.Equal(judged.ToString(), second.Single(e => e.Name() == "judged").ToString());
        Assert.Equal(unbroken[^1].Text("weights_sha256"), second[^1].Text("weights_sha256"));

        // The best checkpoint holds the weights that were restored, and is a model like any other.
        string[] files = Directory.GetFiles(Folder, "*.safetensors");
        Assert.Equal(2, files.Length);
    }

    [Fact]
    public void A_complete_training_is_not_repeated_and_can_be_made_longer()
    {
        string hash = Train("--epochs", "2", "--checkpoint", Folder).Events[^1].Text("weights_sha256")!;
        JsonElement[] again = Train("--epochs", "2", "--checkpoint", Folder, "--resume").Events;
        Assert.Equal(["start", "resume", "test", "done"], again.Select(e => e.Name()));
        Assert.Equal(hash, again[^1].Text("weights_sha256"));
        Assert.Equal(
            Train("--epochs", "3").Events[^1].Text("weights_sha256"),
            Train("--epochs", "3", "--checkpoint", Folder, "--resume").Events[^1].Text("weights_sha256"));
        Train("--epochs", "2", "--checkpoint", Folder, "--resume").AssertFailed(ExitCode.Usage, "--epochs is 2; ask for at least 3");
    }

    [Fact]
    public void The_newest_checkpoints_and_the_best_are_kept()
    {
        JsonElement[] events = Train("--epochs", "9", "--checkpoint", Folder, "--keep", "2", "--learning-rate", "0.02").Events;
        int best = EarlyStopping.Best([.. events.Where(e => e.Name() == "epoch").Select(AsResult)])!.Epoch;
        Assert.Equal(9, events.Count(e => e.Name() == "checkpoint"));
        Assert.Equal(["event", "file", "epoch", "step", "best"], events.First(e => e.Name() == "checkpoint").Fields());
        Assert.Equal(best, events.Last(e => e.Name() == "checkpoint" && e.GetProperty("best").GetBoolean()).Number("epoch"));
        Assert.Equal(
            new[] { best, 8, 9 }.Distinct().Select(epoch => $"checkpoint-{4 * epoch:D8}.safetensors"),
            Directory.EnumerateFiles(Folder, "checkpoint-*").Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public void A_damaged_checkpoint_is_said_to_be_so_and_the_one_before_is_used()
    {
        string hash = Train("--epochs", "3", "--checkpoint", Folder).Events[^1].Text("weights_sha256")!;
        string newest = Path.Combine(Folder, "checkpoint-00000012.safetensors");
        using (FileStream file = File.OpenWrite(newest))
        {
            file.SetLength(file.Length / 2);
        }

        ProgramRun resumed = Train("--epochs", "3", "--checkpoint", Folder, "--resume");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains($"The file '{newest}' is cut short", resumed.Error);
        Assert.Equal(newest, Assert.Single(resumed.Events, e => e.Name() == "warning").Text("file"));
        Assert.Equal(2, resumed.Events.Single(e => e.Name() == "resume").Number("epoch"));
        Assert.Equal(hash, resumed.Events[^1].Text("weights_sha256"));
        Assert.DoesNotContain(Train("--epochs", "3", "--checkpoint", Folder, "--resume").Events, e => e.Name() == "warning");

        foreach (string file in Directory.EnumerateFiles(Folder, "checkpoint-*"))
        {
            File.WriteAllText(file, "nothing");
        }

        ProgramRun failed = Train("--epochs", "3", "--checkpoint", Folder, "--resume");
        Assert.Equal((int)ExitCode.InvalidData, failed.ExitCode);
        Assert.Contains($"The folder '{Folder}' has no checkpoint that can be used", failed.Error);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_does_not_end_the_training()
    {
        string taken = Path.Combine(Folder, "checkpoint-00000004.safetensors");
        Directory.CreateDirectory(taken);
        ProgramRun run = Train("--epochs", "2", "--checkpoint", Folder);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"The file '{taken}' cannot be written", run.Error);
        Assert.Equal(taken, Assert.Single(run.Events, e => e.Name() == "warning").Text("file"));
        Assert.Equal(2, Assert.Single(run.Events, e => e.Name() == "checkpoint").Number("epoch"));
    }

    [Fact]
    public void Where_there_is_no_checkpoint_yet_the_training_begins()
    {
        ProgramRun run = Train("--epochs", "1", "--checkpoint", Folder, "--resume");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"There is no checkpoint in '{Folder}' yet; starting a new training.", run.Error.TrimEnd());
    }

    [Fact]
    public void A_folder_with_checkpoints_is_not_begun_anew_by_mistake()
    {
        Train("--epochs", "1", "--checkpoint", Folder);
        Train("--epochs", "1", "--checkpoint", Folder).AssertFailed(ExitCode.Usage, "add --resume to continue from the newest");
    }

    [Theory]
    [InlineData("--seed", "9")]
    [InlineData("--batch-size", "8")]
    [InlineData("--learning-rate", "0.1")]
    [InlineData("--validation-split", "0.5")]
    [InlineData("--preprocess", "l2-columns")]
    [InlineData("--classes", "11")]
    public void Another_setting_is_refused_by_its_name(string option, string value)
    {
        Train("--epochs", "1", "--checkpoint", Folder);
        Train("--epochs", "2", "--checkpoint", Folder, "--resume", option, value).AssertFailed(ExitCode.Usage, $"a training whose '{option}' is ");
    }

    [Fact]
    public void Other_images_are_refused()
    {
        Train("--epochs", "1", "--checkpoint", Folder);
        string images = _data.File("train-images-idx3-ubyte");
        byte[] bytes = File.ReadAllBytes(images);
        bytes[^1] ^= 1;
        File.WriteAllBytes(images, bytes);
        Train("--epochs", "2", "--checkpoint", Folder, "--resume").AssertFailed(ExitCode.Usage, "'fingerprint of the training images'");
    }

    [Fact]
    public void Two_trainings_never_share_a_folder()
    {
        using Sequential model = Zoo.Seed();
        using var other = new Checkpointing(Folder, model);
        Train("--checkpoint", Folder).AssertFailed(ExitCode.RuntimeFailure, $"The folder '{Folder}' is in use by another training");
    }

    [Theory]
    [InlineData("--resume")]
    [InlineData("--every", "3-steps")]
    [InlineData("--keep", "2")]
    [InlineData("--every", "epoch")]
    public void Options_of_checkpoints_need_their_folder(params string[] options) =>
        Train(options).AssertFailed(ExitCode.Usage, $"{options[0]} needs --checkpoint");

    [Theory]
    [InlineData("0-steps")]
    [InlineData("-1-steps")]
    [InlineData("3")]
    [InlineData("often")]
    public void An_interval_that_is_none_is_refused(string interval) =>
        Train("--checkpoint", Folder, "--every", interval).AssertFailed(ExitCode.Usage, $"--every takes a number of steps as 100-steps, or epoch, not '{interval}'");

    [Theory]
    [InlineData("--patience", "3")]
    [InlineData("--restore-best")]
    public void Judging_needs_images_to_validate_with(params string[] options) =>
        Train([.. options, "--validation-split", "0"]).AssertFailed(ExitCode.Usage, "need images to validate with");

    [Fact]
    public void An_impossible_folder_is_noticed_before_the_training() =>
        Train("--checkpoint", Path.Combine(_data.File("train-images-idx3-ubyte"), "x")).AssertFailed(ExitCode.RuntimeFailure, "choose another place for the checkpoints");

    private static EpochResult AsResult(JsonElement e) =>
        new((int)e.Number("epoch"), e.Number("loss"), e.Number("accuracy"), e.Number("val_loss"), e.Number("val_accuracy"), 0, 0, 0);

    /// <summary>What the epochs came to, without the times, each once.</summary>
    private static EpochResult[] Epochs(IEnumerable<JsonElement> events) => [.. events.Where(e => e.Name() == "epoch").Select(AsResult).Distinct()];

    private (JsonElement[] Events, string Error) TrainUntil(string when, params string[] more)
    {
        using var cancellation = new CancellationTokenSource();
        var output = new CancellingWriter(when, cancellation);
        var error = new StringWriter();
        int exitCode = App.Run(Arguments(["--checkpoint", Folder, .. more]), new Terminal(output, error), cancellation.Token);
        Assert.Equal((int)ExitCode.Cancelled, exitCode);
        return (ProgramRun.Parse(output.ToString()), error.ToString());
    }

    private string[] Arguments(params string[] more)
    {
        string[] usual = ["--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", "--json", "-", "--verbose", "0"];
        int batch = more.Contains("--batch-size") ? Array.IndexOf(usual, "--batch-size") : usual.Length;
        return ["train", .. usual.Where((_, i) => i != batch && i != batch + 1), .. more];
    }

    private ProgramRun Train(params string[] more) => ProgramRun.Of(Arguments(more));
}
