using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// What a published program shares with the one that was built with the tests, bit for bit: it may be compiled ahead of time, by another compiler. Skipped unless
/// NEURALCORE_TEST_PROGRAM names one.
/// </summary>
public sealed class PublishedTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [SkippableTheory]
    [InlineData("seed")]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("densenet")]
    [InlineData("mobile")]
    public void A_training_gives_the_same_weights(string network)
    {
        string[] arguments = ["train", "--data", _data.Folder, "--out", _data.Model, "--network", network, "--epochs", "2", "--batch-size", "16", "--augment", "--json", "-"];
        Assert.Equal(Published(arguments), Built(arguments));
    }

    [SkippableTheory]
    [InlineData("128")]
    [InlineData("portable")]
    public void Narrower_vectors_give_the_same_weights(string simd)
    {
        string[] arguments = ["train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "1", "--json", "-"];
        Assert.Equal(Published([.. arguments, "--simd", simd]), Built(arguments));
    }

    private static string? Published(string[] arguments)
    {
        Skip.If(ProgramProcess.Published is null, "No published program is tested.");
        return Hash(ProgramRun.Of(arguments));
    }

    private static string? Built(string[] arguments) => Hash(ProgramRun.Here(default, screenWidth: null, arguments));

    private static string? Hash(ProgramRun run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Events[^1].Text("weights_sha256");
    }
}
