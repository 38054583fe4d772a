using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class CheckpointFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Network = new() { ["format"] = "a \"quoted\" name", ["preprocessing"] = "scale" };
    private static readonly Dictionary<string, string> Settings = new() { ["--batch-size"] = "8", ["data"] = "0a1b" };

    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint = new([("a/kernel", new(2, 3)), ("a/bias", new(3)), ("b/mean", new(3))], [true, true, false], ["m", "v"]);

    public CheckpointFileTests()
    {
        var random = new Random(1);
        foreach (float[] values in _checkpoint.Values.Concat(_checkpoint.Optimizer.SelectMany(state => state.Values)))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextSingle();
            }
        }
    }

    private string File => _folder.File("checkpoint");

    public void Dispose() => _folder.Dispose();

    /// <summary>Every number comes back to the bit, infinities and what is no number too.</summary>
    [Property(MaxTest = 50)]
    public void A_checkpoint_comes_back(ulong seed, uint steps, ushort part, double loss, double? validationLoss, ushort epochs)
    {
        EpochResult[] history = [.. Enumerable.Range(1, epochs % 5).Select(epoch => new EpochResult(epoch, loss / epoch, 0.1 * epoch, validationLoss, null, 1e-300, null, epoch))];
        _checkpoint.Position = new TrainingPosition(seed, steps, epochs, part, new EpochPart(part, 8 * part, loss, 3, 0.5), history);
        CheckpointFile.Write(File, _checkpoint, Network, Settings);

        var read = new Checkpoint(_checkpoint);
        CheckpointFile.Read(File, read, Network, Settings);
        Assert.Equal(_checkpoint.Values, read.Values);
        Assert.Equal(_checkpoint.Optimizer.Select(state => state.Values), read.Optimizer.Select(state => state.Values));
        Assert.Equal(_checkpoint.Position.History, read.Position.History);
        Assert.Equal(_checkpoint.Position, read.Position with { History = _checkpoint.Position.History });
    }

    [Fact]
    public void Every_bit_counts()
    {
        byte[] whole = Write();
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertDamaged(changed);
        }
    }

    [Fact]
    public void Every_byte_counts()
    {
        byte[] whole = Write();
        for (int length = 0; length < whole.Length; length++)
        {
            AssertDamaged(whole[..length]);
        }

        AssertDamaged([.. whole, 0]);
    }

    [Fact]
    public void What_is_no_checkpoint_is_said_to_be_none()
    {
        Assert.Contains("does not exist", AssertDamaged());
        SafetensorsFile.Write(File, new Dictionary<string, string>(), [("a", new(1), [1])]);
        Assert.Contains("checksum is missing", AssertDamaged());
        SafetensorsFile.WriteSealed(File, new Dictionary<string, string>(), [("a", new(1), [1])]);
        Assert.Contains("is not a checkpoint of a training", AssertDamaged());
    }

    [Theory]
    [InlineData("position", "")]
    [InlineData("position", "null")]
    [InlineData("position", "{}")]
    [InlineData("position", "{\"seed\":1,\"steps\":-1,\"epochs\":0,\"steps_per_epoch\":4,\"part\":{},\"history\":[]}")]
    [InlineData("position", "{\"seed\":1,\"steps\":9,\"epochs\":0,\"steps_per_epoch\":4,\"part\":{\"step\":5},\"history\":[]}")]
    [InlineData("position", "{\"seed\":1,\"steps\":9,\"epochs\":0,\"steps_per_epoch\":4,\"part\":{},\"history\":null}")]
    [InlineData("position", "{\"seed\":1,\"steps\":9,\"epochs\":0,\"steps_per_epoch\":4,\"part\":{},\"history\":[null]}")]
    [InlineData("position", "{\"seed\":1,\"seed\":2,\"steps\":9,\"epochs\":0,\"steps_per_epoch\":4,\"part\":{},\"history\":[]}")]
    [InlineData("settings", "[]")]
    [InlineData("settings", "{\"a\":null}")]
    public void A_position_that_no_training_comes_to_is_refused(string key, string json)
    {
        Write();
        using (SafetensorsFile whole = SafetensorsFile.Open(File))
        {
            var metadata = new Dictionary<string, string>(whole.Metadata) { [key] = json };
            metadata.Remove("sha256");
            SafetensorsFile.WriteSealed(_folder.File("other"), metadata, [.. whole.Tensors.Select(t => (t.Name, t.Shape, whole.Read(t)))]);
        }

        System.IO.File.Move(_folder.File("other"), File, overwrite: true);
        AssertDamaged();
    }

    [Fact]
    public void Other_settings_and_networks_are_told_from_damage()
    {
        Write();
        Assert.Contains("'--batch-size' is '8', and here it is '9'", Mismatch(Network, new(Settings) { ["--batch-size"] = "9" }));
        Assert.Contains("'new' is 'unknown', and here it is '1'", Mismatch(Network, new(Settings) { ["new"] = "1" }));
        Assert.Contains("'data' is '0a1b', and here it is 'unknown'", Mismatch(Network, new() { ["--batch-size"] = "8" }));
        Assert.Contains("another network", Mismatch(new(Network) { ["preprocessing"] = "none" }, Settings));
    }

    private string Mismatch(Dictionary<string, string> network, Dictionary<string, string> settings) =>
        Assert.Throws<CheckpointMismatchException>(() => CheckpointFile.Read(File, _checkpoint, network, settings)).Message;

    private byte[] Write()
    {
        _checkpoint.Position = new TrainingPosition(1, 6, 1, 4, new EpochPart(2, 16, 1.5, 3, 0.5), [new EpochResult(1, 0.5, 0.5, null, null, 1, null, 1)]);
        CheckpointFile.Write(File, _checkpoint, Network, Settings);
        return System.IO.File.ReadAllBytes(File);
    }

    private void AssertDamaged(byte[] contents)
    {
        System.IO.File.WriteAllBytes(File, contents);
        AssertDamaged();
    }

    private string AssertDamaged()
    {
        var error = Assert.Throws<DataFileException>(() => CheckpointFile.Read(File, _checkpoint, Network, Settings));
        Assert.StartsWith($"The file '{File}' ", error.Message);
        Assert.EndsWith(".", error.Message);
        return error.Message;
    }
}
