using System.Text.Json;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>Trainings that go on from a model.</summary>
public sealed class TransferTests(TransferTests.SourceModel source) : IClassFixture<TransferTests.SourceModel>
{
    private readonly TinyData _data = source.Data;

    [Theory]
    [InlineData("12", 12)]
    [InlineData("10", 10)]
    public void The_last_layer_is_a_new_one_where_classes_differ(string classes, int count)
    {
        ProgramRun run = Train("--classes", classes, "--freeze", "all-but-last", "--json", "-");
        Assert.Equal(0, run.ExitCode);
        using Model before = ModelFile.Load(_data.Model), after = ModelFile.Load(Out);
        Assert.Equal(count, after.Classes);
        Assert.Equal(run.Events[^1].Text("weights_sha256"), after.WeightsSha256());
        Assert.Equal(before.Parameters[0].Read(), after.Parameters[0].Read());
        Assert.NotEqual(before.Parameters[^1].Read(), after.Parameters[^1].Read());
        Assert.Equal(run.Events[^2].Number("loss"), ProgramRun.Of("evaluate", "--model", Out, "--data", _data.Folder, "--json", "-").Events[0].Number("loss"));
    }

    [Fact]
    public void With_augmentation_the_frozen_layers_run_each_time_and_stay_as_they_are()
    {
        Train("--freeze", "all-but-last", "--augment");
        using Model before = ModelFile.Load(_data.Model), after = ModelFile.Load(Out);
        Assert.Equal(before.Parameters[0].Read(), after.Parameters[0].Read());
        Assert.NotEqual(before.Parameters[^1].Read(), after.Parameters[^1].Read());
    }

    [Fact]
    public void Without_freeze_everything_is_trained_from_where_the_model_stands()
    {
        ProgramRun run = Train("--json", "-");
        using Model before = ModelFile.Load(_data.Model), after = ModelFile.Load(Out);
        Assert.NotEqual(before.Parameters[0].Read(), after.Parameters[0].Read());
        Assert.True(run.Events.First(e => e.Name() == "epoch").Number("loss") < source.FirstLoss, "The training began anew.");
    }

    [Fact]
    public void An_interrupted_training_of_the_last_layer_is_resumed_to_the_same_end()
    {
        string folder = _data.File("transfer-checkpoints");
        string[] options = ["--freeze", "all-but-last", "--classes", "12", "--json", "-"];
        string? unbroken = Train(options).Events[^1].Text("weights_sha256");
        using var cancellation = new CancellationTokenSource();
        var output = new CancellingWriter("\"event\":\"epoch\",\"epoch\":1,", cancellation);
        Assert.Equal((int)ExitCode.Cancelled, App.Run(Arguments([.. options, "--checkpoint", folder]), new Terminal(output, TextWriter.Null), cancellation.Token));
        Assert.Equal(unbroken, Train([.. options, "--checkpoint", folder, "--resume"]).Events[^1].Text("weights_sha256"));
        Train("--freeze", "dense", "--classes", "12", "--checkpoint", folder, "--resume").AssertFailed(ExitCode.Usage, "--freeze");
    }

    [Theory]
    [InlineData("the network has no layer 'conv7'", "--freeze", "conv7")]
    [InlineData("leave out --network", "--network", "mlp")]
    [InlineData("leave out --preprocess", "--preprocess", "l2-columns")]
    public void What_does_not_go_together_is_refused(string reason, params string[] more) =>
        Assert.Contains(reason, Train(more).AssertFailed(ExitCode.Usage, "").Error, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Freeze_without_a_model_is_refused() =>
        ProgramRun.Of("train", "--data", _data.Folder, "--out", Out, "--freeze", "all-but-last").AssertFailed(ExitCode.Usage, "--from");

    private string Out => _data.File("after.safetensors");

    private string[] Arguments(params string[] more) => ["train", "--data", _data.Folder, "--from", _data.Model, "--out", Out, "--epochs", "2", "--batch-size", "16", .. more];

    private ProgramRun Train(params string[] more) => ProgramRun.Of(Arguments(more));

    /// <summary>A model that is trained once for all of these tests.</summary>
    public sealed class SourceModel : IDisposable
    {
        public SourceModel()
        {
            JsonElement[] events = ProgramRun.Of("train", "--data", Data.Folder, "--out", Data.Model, "--epochs", "4", "--batch-size", "16", "--json", "-").Events;
            FirstLoss = events.First(e => e.Name() == "epoch").Number("loss");
        }

        internal TinyData Data { get; } = new();

        public double FirstLoss { get; }

        public void Dispose() => Data.Dispose();
    }
}
