using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>What every format keeps of a model.</summary>
public sealed class FormatRoundTripTests : IDisposable
{
    private static readonly string[] Extensions = [".safetensors", ".h5", ".hdf5", ".keras", ".onnx"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Formats => [.. Extensions];

    public static TheoryData<string> TrainingFormats => [".safetensors", ".h5", ".keras"];

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 40)]
    public void Any_network_comes_back_from_any_format_bit_for_bit(int seed)
    {
        using Sequential model = RandomNetwork.Create(seed);
        model.Compile(backend: new ReferenceBackend<float>(), seed: (ulong)seed);
        var item = new float[model.Input.Shape.Count];
        var random = new Random(seed);
        for (int i = 0; i < item.Length; i++)
        {
            item[i] = random.Next(256);
        }

        foreach (string extension in Extensions)
        {
            string path = _folder.File("model" + extension);
            ModelFile.Save(model, path);
            var remarks = new List<string>();
            using Model loaded = ModelFile.Load(path, new ReferenceBackend<float>(), remark: remarks.Add);
            Assert.Empty(remarks);
            Assert.Equal(model.Input.Preprocessing, loaded.Input.Preprocessing);
            Assert.Equal(ArchitectureJson.Write(model), ArchitectureJson.Write(loaded));
            Assert.Equal(model.WeightsSha256(), loaded.WeightsSha256());
            Assert.Equal(model.Predict(item), loaded.Predict(item));
            using Model described = ModelFile.ReadArchitecture(path);
            Assert.False(described.IsCompiled);
            Assert.Equal(model.Summary.ToString(), described.Summary.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Weights_alone_come_back_without_a_training(string extension)
    {
        string path = _folder.File("weights" + extension), whole = _folder.File("whole" + extension);
        using Sequential model = SmallModel.Compiled(seed: 5);
        model.Fit(SmallModel.Images(50), epochs: 1, batchSize: 16);
        ModelFile.Save(model, whole);
        ModelFile.Save(model, path, options: new SaveOptions { WeightsOnly = true });
        using Model loaded = ModelFile.Load(path, new ReferenceBackend<float>());
        Assert.Equal(model.WeightsSha256(), loaded.WeightsSha256());
        Assert.Equal(0, loaded.Steps);
        Assert.Equal(extension == ".onnx", new FileInfo(path).Length == new FileInfo(whole).Length);
    }

    [Theory]
    [MemberData(nameof(TrainingFormats))]
    public void Training_goes_on_from_the_file_as_if_it_had_never_stopped(string extension)
    {
        string path = _folder.File("model" + extension);
        LabelledImages images = SmallModel.Images(50);
        using Sequential unbroken = SmallModel.Compiled(seed: 5);
        unbroken.Fit(images, epochs: 2, batchSize: 16);
        ModelFile.Save(unbroken, path);
        using Model resumed = ModelFile.Load(path, new ReferenceBackend<float>(), seed: 5);
        Assert.Equal(0.003, resumed.Optimizer.LearningRate);
        Assert.Equal((8, 2), (resumed.Steps, resumed.Epochs));
        unbroken.Fit(images, batchSize: 16);
        resumed.Fit(images, batchSize: 16);
        Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
        Assert.Equal(unbroken.TrainingState["v"], resumed.TrainingState["v"]);
    }

    [Fact]
    public void A_model_goes_through_all_formats_in_turn_and_stays_what_it_is()
    {
        using Sequential first = SmallModel.Compiled(seed: 2);
        first.Fit(SmallModel.Images(20), batchSize: 16);
        string path = _folder.File("model.safetensors");
        ModelFile.Save(first, path);
        foreach (string extension in new[] { ".h5", ".keras", ".onnx", ".safetensors" })
        {
            using Model model = ModelFile.Load(path, new ReferenceBackend<float>());
            path = _folder.File("next" + extension);
            ModelFile.Save(model, path);
        }

        using Model last = ModelFile.Load(path, new ReferenceBackend<float>());
        Assert.Equal(first.WeightsSha256(), last.WeightsSha256());
        Assert.Equal(ArchitectureJson.Write(first), ArchitectureJson.Write(last));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_same_model_gives_the_same_bytes(string extension)
    {
        using Sequential model = SmallModel.Compiled(seed: 1);
        ModelFile.Save(model, _folder.File("a" + extension));
        ModelFile.Save(model, _folder.File("b" + extension));
        byte[] first = File.ReadAllBytes(_folder.File("a" + extension)), second = File.ReadAllBytes(_folder.File("b" + extension));
        if (extension == ".keras")
        {
            // Keras keeps the date of the save, to the second.
            Assert.Equal(first.Length, second.Length);
            return;
        }

        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_can_not_be_opened_is_refused_in_one_sentence(string extension)
    {
        string missing = _folder.File("missing" + extension), folder = _folder.File("folder" + extension);
        Directory.CreateDirectory(folder);
        Assert.Contains("does not exist", Refusal(missing));
        Assert.Contains("cannot be read", Refusal(folder));
        foreach (byte[] contents in new byte[][] { [], [0], [.. "PK\u0003\u0004"u8], new byte[100], [.. "hello, this is no model at all, but a text"u8] })
        {
            string path = _folder.Write("file" + extension, contents);
            string message = Refusal(path);
            Assert.StartsWith($"The file '{path}' ", message);
            Assert.EndsWith(".", message);
        }
    }

    [Fact]
    public void Saving_what_is_not_compiled_is_refused()
    {
        using var model = new Sequential(SmallModel.Layers);
        Assert.Throws<InvalidOperationException>(() => ModelFile.Save(model, _folder.File("a.onnx")));
        Assert.Empty(_folder.FileNames);
    }

    private static string Refusal(string path) => Assert.Throws<DataFileException>(() => ModelFile.Load(path, new ReferenceBackend<float>())).Message;
}
