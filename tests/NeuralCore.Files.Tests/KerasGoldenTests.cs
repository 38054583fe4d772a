using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files.Hdf5;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Files that Keras wrote, and what it says they give.</summary>
public sealed class KerasGoldenTests : IDisposable
{
    private const double Tolerance = 2e-6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("keras-small.h5")]
    [InlineData("keras-small.keras")]
    public void A_file_of_keras_predicts_what_keras_does(string name)
    {
        var remarks = new List<string>();
        using Model model = ModelFile.Load(Golden(name), remark: remarks.Add);
        Assert.Equal([Activation.Relu, Activation.Relu], model.Layers.OfType<Conv2D>().Select(layer => layer.Activation));
        Assert.Equal(0.001, model.Optimizer.LearningRate);
        Assert.Equal(0, model.Steps);
        Assert.Equal(Preprocessing.Scale, model.Input.Preprocessing);
        string remark = Assert.Single(remarks);
        Assert.Contains("does not say how its pixels were prepared", remark);
        AssertPredictions(model);
    }

    [Theory]
    [InlineData("keras-small.h5")]
    [InlineData("keras-small.keras")]
    public void The_caller_says_how_pixels_are_prepared_where_keras_does_not(string name)
    {
        using Model model = ModelFile.ReadArchitecture(Golden(name), Preprocessing.L2Columns);
        Assert.Equal(Preprocessing.L2Columns, model.Input.Preprocessing);
    }

    [Theory]
    [InlineData(".h5")]
    [InlineData(".keras")]
    [InlineData(".onnx")]
    [InlineData(".safetensors")]
    public void Converted_it_still_predicts_what_keras_does(string extension)
    {
        using Model model = ModelFile.Load(Golden("keras-small.keras"));
        string path = _folder.File("converted" + extension);
        ModelFile.Save(model, path);
        using Model converted = ModelFile.Load(path);
        Assert.Equal(model.WeightsSha256(), converted.WeightsSha256());
        AssertPredictions(converted);
    }

    [Fact]
    public void An_h5_file_has_nothing_that_keras_2_does_not_know()
    {
        Hdf5Object root = Hdf5File.Open(File.ReadAllBytes(Converted(".h5"))).Root;
        string model = Assert.Single(root.Texts("model_config")!);
        using JsonDocument config = JsonDocument.Parse(model), training = JsonDocument.Parse(Assert.Single(root.Texts("training_config")!));
        Assert.All(new[] { "\"module\"", "\"registered_name\"", "\"build_config\"", "\"batch_shape\"", "\"optional\"", "\"input_axes\"" }, key => Assert.DoesNotContain(key, model));
        JsonElement[] layers = [.. config.RootElement.GetProperty("config").GetProperty("layers").EnumerateArray()];
        Assert.All(layers.Take(2), layer => Assert.Equal("[null,28,28,1]", layer.GetProperty("config").GetProperty("batch_input_shape").GetRawText()));
        Assert.All(layers, layer => Assert.Equal("float32", layer.GetProperty("config").GetProperty("dtype").GetString()));
        Assert.Equal("sparse_categorical_crossentropy", training.RootElement.GetProperty("loss").GetString());
        Assert.Equal("2.4.0", Assert.Single(root.Texts("keras_version")!));
        Assert.Equal(["conv2d/kernel:0", "conv2d/bias:0"], root.FindPath("model_weights/conv2d")!.Texts("weight_names")!);
        Assert.NotNull(root.FindPath("model_weights/conv2d/conv2d/kernel:0"));
        Assert.Null(root.Find("optimizer_weights"));
    }

    [Fact]
    public void The_description_in_a_keras_archive_is_the_one_that_keras_writes()
    {
        using var ours = System.IO.Compression.ZipFile.OpenRead(Converted(".keras"));
        using var theirs = System.IO.Compression.ZipFile.OpenRead(Golden("keras-small.keras"));
        Assert.Equal(theirs.Entries.Select(entry => entry.FullName), ours.Entries.Select(entry => entry.FullName));
        Assert.All(ours.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        AssertSameJson(Text(theirs), Text(ours), "config.json");
        AssertSameObjects(Weights(theirs), Weights(ours), "");

        static string Text(System.IO.Compression.ZipArchive archive) => new StreamReader(archive.GetEntry("config.json")!.Open()).ReadToEnd();

        static Hdf5Object Weights(System.IO.Compression.ZipArchive archive)
        {
            var bytes = new MemoryStream();
            archive.GetEntry("model.weights.h5")!.Open().CopyTo(bytes);
            return Hdf5File.Open(bytes.ToArray()).Root;
        }
    }

    internal static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "GoldenValues", "keras", name);

    private static void AssertPredictions(Model model)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Golden("keras-small.expected.json")));
        LabelledImages images = Mnist.LoadTest(Mnist.FindDirectory());
        int image = 0;
        foreach (JsonElement row in expected.RootElement.GetProperty("probabilities").EnumerateArray())
        {
            float[] probabilities = model.Predict(images.Pixels(image++));
            Assert.All(row.EnumerateArray().Zip(probabilities), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, Tolerance));
        }

        Assert.Equal(8, image);
    }

    private string Converted(string extension)
    {
        string path = _folder.File("converted" + extension);
        using Model model = ModelFile.Load(Golden("keras-small" + extension), new ReferenceBackend<float>());
        ModelFile.Save(model, path);
        return path;
    }

    /// <summary>The same groups, lists of weights, and datasets of the same shapes and numbers.</summary>
    private static void AssertSameObjects(Hdf5Object expected, Hdf5Object actual, string path)
    {
        Assert.Equal(expected.Texts("weight_names"), actual.Texts("weight_names"));
        Assert.Equal(expected.Texts("name"), actual.Texts("name"));
        Assert.Equal(expected.IsDataset, actual.IsDataset);
        if (expected.IsDataset)
        {
            Assert.Equal(expected.Extents(), actual.Extents());
            Assert.Equal(expected.ReadInteger(path), actual.ReadInteger(path));
            if (expected.ReadInteger(path) is null)
            {
                Assert.Equal(expected.ReadFloats(path), actual.ReadFloats(path));
            }
        }

        Assert.Equal(expected.Names.Order(), actual.Names.Order());
        foreach (string name in expected.Names)
        {
            AssertSameObjects(expected.Find(name)!, actual.Find(name)!, $"{path}/{name}");
        }
    }

    /// <summary>The same JSON, but for identities that Keras draws anew in every process.</summary>
    private static void AssertSameJson(string expected, string actual, string path)
    {
        using JsonDocument left = JsonDocument.Parse(expected), right = JsonDocument.Parse(actual);
        AssertSame(left.RootElement, right.RootElement, path);

        static void AssertSame(JsonElement expected, JsonElement actual, string path)
        {
            Assert.True(expected.ValueKind == actual.ValueKind, $"{path} is {actual} where Keras writes {expected}.");
            switch (expected.ValueKind)
            {
                case JsonValueKind.Object:
                    Assert.Equal(Names(expected), Names(actual));
                    Assert.All(Names(expected), name => AssertSame(expected.GetProperty(name), actual.GetProperty(name), $"{path}/{name}"));
                    break;
                case JsonValueKind.Array:
                    Assert.True(expected.GetArrayLength() == actual.GetArrayLength(), $"{path} has {actual.GetArrayLength()} elements.");
                    Assert.All(expected.EnumerateArray().Zip(actual.EnumerateArray()).Index(), pair => AssertSame(pair.Item.First, pair.Item.Second, $"{path}/{pair.Index}"));
                    break;
                case JsonValueKind.Number:
                    Assert.Equal(expected.GetDouble(), actual.GetDouble());
                    break;
                default:
                    Assert.Equal(expected.ToString(), actual.ToString());
                    break;
            }
        }

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name).Where(name => name != "shared_object_id").Order();
    }
}
