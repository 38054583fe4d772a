using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>Networks by their names, and the preset that trains another than the seed network.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("mlp", ".safetensors")]
    [InlineData("resnet", ".safetensors")]
    [InlineData("densenet", ".keras")]
    [InlineData("mobile", ".h5")]
    public void A_network_is_trained_saved_and_read_as_what_it_is(string network, string extension)
    {
        string path = _data.File("model" + extension);
        ProgramRun trained = Train("--network", network, "--out", path, "--json", "-");
        Assert.Equal(0, trained.ExitCode);
        ProgramRun evaluated = ProgramRun.Of("evaluate", "--model", path, "--data", _data.Folder, "--json", "-");
        Assert.Equal(trained.Events[^2].Number("loss"), evaluated.Events[0].Number("loss"));
        Assert.Equal(trained.Events[^1].Text("weights_sha256"), evaluated.Events[^1].Text("weights_sha256"));
        string[] kinds = Kinds("--model", path);
        Assert.Contains(network switch { "mlp" => "Dense", "resnet" => "Add", "densenet" => "Concatenate", _ => "DepthwiseConv2D" }, kinds);
    }

    [Fact]
    public void Summary_shows_every_network()
    {
        foreach (ZooNetwork network in Zoo.Networks)
        {
            using Model model = network.Create(Zoo.MnistImage, 10, null);
            Assert.Equal(model.Layers.Count, Kinds("--network", network.Name).Length);
        }
    }

    [Fact]
    public void The_seed_network_is_what_is_trained_without_a_name() =>
        Assert.Equal(
            Train("--json", "-").Events[^1].Text("weights_sha256"), Train("--network", "seed", "--json", "-").Events[^1].Text("weights_sha256"));

    [Fact]
    public void Images_that_are_too_small_for_a_network_are_refused() =>
        Train("--network", "deep").AssertFailed(ExitCode.InvalidData, "the network deep needs at least 25 x 25");

    [Fact]
    public void A_network_that_is_not_there_is_refused() => Train("--network", "alexnet").AssertFailed(ExitCode.Usage, "--network takes seed, compact, mlp,");

    [Fact]
    public void Summary_takes_a_file_or_a_name() =>
        ProgramRun.Of("summary", "--network", "mlp", "--model", "x.safetensors").AssertFailed(ExitCode.Usage, "not both");

    [Fact]
    public void The_best_preset_has_a_network_of_its_own_unless_another_is_named()
    {
        string[] spelled =
        [
            "--network", "best", "--epochs", "2", "--batch-size", "128", "--validation-split", "0", "--learning-rate", "0.005", "--schedule", "one-cycle",
            "--label-smoothing", "0.1", "--average", "0.999", "--augment",
        ];
        string? best = Hash("--preset", "best", "--epochs", "2");
        Assert.Equal(best, Hash(["--preset", "best", .. spelled]));
        Assert.NotEqual(best, Hash("--preset", "best", "--epochs", "2", "--network", "mlp"));
        Assert.NotEqual(best, Hash("--preset", "best", "--epochs", "2", "--label-smoothing", "0"));
        Assert.NotEqual(best, Hash("--preset", "best", "--epochs", "2", "--average", "0"));
    }

    private static string[] Kinds(params string[] of) =>
        [.. ProgramRun.Of(["summary", .. of, "--json", "-"]).Events[0].GetProperty("layers").EnumerateArray().Select(layer => layer.Text("kind")!)];

    private string? Hash(params string[] more) => Train([.. more, "--json", "-"]).Events[^1].Text("weights_sha256");

    private ProgramRun Train(params string[] more)
    {
        string[] place = more.Contains("--out") ? [] : ["--out", _data.Model], length = more.Contains("--epochs") ? [] : ["--epochs", "1"];
        return ProgramRun.Of(["train", "--data", _data.Folder, .. place, .. length, .. more]);
    }
}
