using System.Text.Json;
using NeuralCore.Trainer.Commands;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class PresetTests : IDisposable
{
    private static readonly TrainingRecipe Fast = TrainingRecipe.Fast;

    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_preset_takes_all_images_and_its_own_number_of_epochs()
    {
        ProgramRun run = Train("--preset", "fast", "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Fast.Epochs, run.Events.Count(e => e.Name() == "epoch"));
        Assert.All(run.Events.Where(e => e.Name() == "epoch"), e => Assert.Equal(JsonValueKind.Null, e.GetProperty("val_loss").ValueKind));
        Assert.Equal(["test", "done"], run.Events[^2..].Select(e => e.Name()));
        Assert.Contains("80 to train, 0 to validate, 20 to test", run.Error);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("fastest")]
    public void A_preset_is_its_settings_and_the_betas(string name)
    {
        TrainingRecipe preset = name == "fast" ? Fast : TrainingRecipe.Fastest;
        string[] spelled =
        [
            "--epochs", $"{preset.Epochs}", "--batch-size", $"{preset.BatchSize}", "--validation-split", $"{preset.ValidationSplit}",
            "--learning-rate", $"{preset.LearningRate}", "--schedule", "one-cycle", "--label-smoothing", $"{preset.LabelSmoothing}",
        ];

        // A network that takes images of any size.
        string[] network = ["--network", "mlp"];
        string? hash = Hash(["--preset", name, .. network]);
        Assert.Equal(hash, Hash(["--preset", name, .. network, .. spelled]));
        Assert.NotEqual(hash, Hash([.. network, .. spelled]));
        Assert.NotEqual(hash, Hash(["--preset", "none", .. network]));
        Assert.Equal(name == "fast" ? "seed" : "small", preset.Network);
    }

    [Fact]
    public void The_robust_preset_augments_unless_that_is_refused()
    {
        TrainingRecipe robust = TrainingRecipe.Robust;
        string?[] hashes =
        [
            Hash("--preset", "robust", "--epochs", "2"),
            Hash("--preset", "robust", "--epochs", "2", "--augment"),
            Hash("--preset", "robust", "--epochs", "2", "--augment", "false"),
            Hash("--preset", "robust", "--epochs", "2", "--styles"),
        ];
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
        Assert.Equal(NeuralCore.Augmentation.Digits, robust.Augmentation);

        // Data of one's own need not show digits: styles have to be asked for.
        Assert.NotEqual(hashes[0], hashes[3]);
        Assert.Equal(0, robust.ValidationSplit);
    }

    [Fact]
    public void What_is_asked_for_beside_a_preset_counts()
    {
        JsonElement[] events = Train("--preset", "fast", "--epochs", "3", "--validation-split", "0.3", "--json", "-").Events;
        Assert.Equal(3, events.Count(e => e.Name() == "epoch"));
        Assert.Equal(JsonValueKind.Number, events[1].GetProperty("val_loss").ValueKind);
        string?[] hashes = [.. new string[][] { [], ["--batch-size", "16"], ["--learning-rate", "0.001"], ["--schedule", "constant"] }.Select(more => Hash(["--preset", "fast", .. more]))];
        Assert.Equal(4, hashes.Distinct().Count());
    }

    [Fact]
    public void An_interrupted_preset_is_resumed_to_the_same_end_and_under_its_name_only()
    {
        string folder = _data.File("checkpoints");
        string[] preset = ["--preset", "fast", "--batch-size", "16", "--json", "-"];
        string? unbroken = Train(preset).Events[^1].Text("weights_sha256");
        using var cancellation = new CancellationTokenSource();
        var output = new CancellingWriter("\"event\":\"epoch\",\"epoch\":1,", cancellation);
        string[] first = Arguments([.. preset, "--checkpoint", folder]);
        Assert.Equal((int)ExitCode.Cancelled, App.Run(first, new Terminal(output, TextWriter.Null), cancellation.Token));

        string[] resumed = ["--batch-size", "16", "--checkpoint", folder, "--resume", "--json", "-"];
        Train(resumed).AssertFailed(ExitCode.Usage, "a training whose '--preset' is 'fast', and here it is 'none'");
        string[] longer = ["--preset", "fast", "--epochs", "9", .. resumed];
        Train(longer).AssertFailed(ExitCode.Usage, "one-cycle over 9 epochs");
        Assert.Equal(unbroken, Train(["--preset", "fast", .. resumed]).Events[^1].Text("weights_sha256"));
    }

    private string? Hash(params string[] more) => Train([.. more, "--json", "-"]).Events[^1].Text("weights_sha256");

    private string[] Arguments(params string[] more) => ["train", "--data", _data.Folder, "--out", _data.Model, .. more];

    private ProgramRun Train(params string[] more) => ProgramRun.Of(Arguments(more));
}
