using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 50)]
    public void A_model_comes_back_bit_for_bit(int seed)
    {
        string path = _folder.File("model.safetensors");
        using Sequential model = RandomNetwork.Create(seed);
        model.Compile(backend: new ReferenceBackend<float>(), seed: (ulong)seed);
        ModelFile.Save(model, path);

        using Model loaded = ModelFile.Load(path, new ReferenceBackend<float>());
        AssertSameDescription(model, loaded);
        Assert.Equal(model.WeightsSha256(), loaded.WeightsSha256());
        var item = new float[model.Input.Shape.Count];
        new Random(seed).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(item.AsSpan()));
        Array.Fill(item, 100, 0, item.Length / 2);
        Assert.Equal(model.Predict(item), loaded.Predict(item));

        Model described = ModelFile.ReadArchitecture(path);
        Assert.False(described.IsCompiled);
        AssertSameDescription(model, described);
    }

    [Fact]
    public void Every_byte_cut_off_is_noticed()
    {
        byte[] whole = SmallModel();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<DataFileException>(() => Load(whole[..length]));
        }
    }

    [Fact]
    public void Every_flipped_bit_gives_a_model_or_the_documented_error()
    {
        byte[] whole = SmallModel();
        int refused = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Load(whole);
            }
            catch (DataFileException error)
            {
                refused++;
                Assert.StartsWith("The file '", error.Message);
                Assert.DoesNotContain(error.Message, char.IsControl);
            }

            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        // Most of the file is its header, in which hardly a bit is without meaning.
        Assert.InRange(refused, whole.Length * 8 / 2, whole.Length * 8);
    }

    [Theory]
    [InlineData("\"kind\":\"flatten\"", "\"kind\":\"lstm\"", "unknown kind 'lstm'")]
    [InlineData("\"kind\":\"flatten\"", "\"kind\":\"flatten\",\"size\":1", "unknown setting 'size'")]
    [InlineData("\"kind\":\"flatten\"", "\"kind\":\"flatten\",\"kind\":\"flatten\"", "not valid JSON")]
    [InlineData("\"kind\":\"flatten\"", "\"type\":\"flatten\"", "without 'kind'")]
    [InlineData("{\"kind\":\"flatten\"},", "", "do not fit together")]
    [InlineData("\"filters\":2", "\"filters\":3", "has the tensor 'conv2d/kernel' as 2x2x1x2 where its own network has 2x2x1x3")]
    [InlineData("\"filters\":2", "\"filters\":0", "not a whole number from 1")]
    [InlineData("\"filters\":2", "\"filters\":2000000000", "not a whole number from 1")]
    [InlineData("\"filters\":2", "\"filters\":800000", "where its own network has 2x2x1x800000")]
    [InlineData("\"kernel_size\":2", "\"kernel_size\":5", "do not fit together")]
    [InlineData("\"padding\":\"valid\"", "\"padding\":\"0\"", "unknown padding '0'")]
    [InlineData("\"shape\":[4,4,1]", "\"shape\":[4,4]", "do not fit together")]
    [InlineData("\"shape\":[4,4,1]", "\"shape\":[32767,32767,1]", "more than 8,388,608")]
    [InlineData("\"shape\":[4,4,1]", "\"shape\":[4,4,1,1]", "more than 3")]
    [InlineData("\"rate\":0.5", "\"rate\":1", "'rate'")]
    [InlineData("\"layers\"", "\"levels\"", "without 'layers'")]
    public void An_architecture_that_can_not_be_made_is_refused(string original, string replacement, string reason)
    {
        string path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, SmallModel());
        Dictionary<string, string> metadata;
        List<(string, Shape, float[])> tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            metadata = new Dictionary<string, string>(file.Metadata);
            tensors = [.. file.Tensors.Select(t => (t.Name, t.Shape, file.Read(t)))];
        }

        Assert.Contains(original, metadata["architecture"]);
        metadata["architecture"] = metadata["architecture"].Replace(original, replacement);
        SafetensorsFile.Write(path, metadata, tensors);

        var error = Assert.Throws<DataFileException>(() => ModelFile.ReadArchitecture(path));
        Assert.Contains(reason, error.Message);
        Assert.Contains(path, error.Message);
    }

    [Theory]
    [InlineData("format", "pt", "without a network")]
    [InlineData("format_version", "2", "format version '2'")]
    [InlineData("preprocessing", "magic", "'magic'")]
    [InlineData("architecture", "", "not valid JSON")]
    [InlineData("architecture", "[]", "something other than a layer")]
    [InlineData("architecture", "{\"layers\":[]}", "do not fit together")]
    public void Metadata_that_are_not_ours_are_refused(string key, string text, string reason)
    {
        string path = _folder.File("model.safetensors");
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "neuralcore",
            ["format_version"] = "1",
            ["preprocessing"] = "scale",
            ["architecture"] = "{}",
            [key] = text,
        };
        SafetensorsFile.Write(path, metadata, []);
        Assert.Contains(reason, Assert.Throws<DataFileException>(() => ModelFile.ReadArchitecture(path)).Message);
    }

    [Fact]
    public void Tensors_that_the_network_does_not_know_are_refused()
    {
        string path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, SmallModel());
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            List<(string, Shape, float[])> tensors = [.. file.Tensors.Select(t => (t.Name, t.Shape, file.Read(t)))];
            SafetensorsFile.Write(_folder.File("more.safetensors"), file.Metadata, [.. tensors, ("extra", new Shape(1), [0f])]);
            SafetensorsFile.Write(_folder.File("less.safetensors"), file.Metadata, [.. tensors.Skip(1)]);
        }

        Assert.Contains("belong to no layer", Assert.Throws<DataFileException>(() => ModelFile.Load(_folder.File("more.safetensors"))).Message);
        Assert.Contains("lacks the tensor 'conv2d/kernel'", Assert.Throws<DataFileException>(() => ModelFile.Load(_folder.File("less.safetensors"))).Message);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_model()
    {
        string path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, SmallModel());
        using Sequential model = RandomNetwork.Create(1);
        Assert.Throws<InvalidOperationException>(() => ModelFile.Save(model, path));
        model.Compile(backend: new ReferenceBackend<float>());
        Assert.Throws<ArgumentException>(() => ModelFile.Save(model, path, new Dictionary<string, string> { ["format"] = "mine" }));
        Assert.Throws<FileWriteException>(() => ModelFile.Save(model, Path.Combine(path, "model.safetensors")));
        Assert.Equal(SmallModel(), File.ReadAllBytes(path));
        Assert.Equal(["model.safetensors"], _folder.FileNames);
    }

    [Fact]
    public void Own_texts_are_kept_with_the_model()
    {
        string path = _folder.File("model.safetensors");
        using Sequential model = RandomNetwork.Create(1);
        model.Compile(backend: new ReferenceBackend<float>());
        ModelFile.Save(model, path, new Dictionary<string, string> { ["seed"] = "7" });
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal("7", file.Metadata["seed"]);
    }

    [Fact]
    public void An_unknown_extension_is_refused_by_name()
    {
        Assert.False(ModelFile.IsKnown("model.xyz"));
        Assert.True(ModelFile.IsKnown("MODEL.SAFETENSORS"));
        Assert.Contains("'model.xyz'", Assert.Throws<DataFileException>(() => ModelFile.Load("model.xyz")).Message);
        using Sequential model = RandomNetwork.Create(1);
        model.Compile(backend: new ReferenceBackend<float>());
        Assert.Contains(".safetensors", Assert.Throws<DataFileException>(() => ModelFile.Save(model, "model.xyz")).Message);
    }

    private static void AssertSameDescription(Model expected, Model actual)
    {
        Assert.Equal(expected.Input.Shape, actual.Input.Shape);
        Assert.Equal(expected.Input.Preprocessing, actual.Input.Preprocessing);
        Assert.Equal(expected.Summary.ToString(), actual.Summary.ToString());
        Assert.Equal(ArchitectureJson.Write(expected), ArchitectureJson.Write(actual));
    }

    private byte[] SmallModel()
    {
        string path = _folder.File("small.safetensors");
        using var model = new Sequential(
            new Input(new Shape(4, 4, 1), Preprocessing.Scale),
            new Conv2D(2, 2),
            new MaxPooling2D(3),
            new Dropout(0.5),
            new Flatten(),
            new Dense(2, Activation.Softmax));
        model.Compile(backend: new ReferenceBackend<float>());
        ModelFile.Save(model, path);
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private void Load(byte[] bytes)
    {
        string path = _folder.File("made.safetensors");
        File.WriteAllBytes(path, bytes);
        ModelFile.Load(path, new ReferenceBackend<float>()).Dispose();
    }
}
