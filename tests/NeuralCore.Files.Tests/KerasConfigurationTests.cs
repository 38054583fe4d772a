using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files.Hdf5;
using NeuralCore.Files.Tests.Conformance;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Configurations of Keras 3, written by hand around layers without weights; and what the configurations written here consist of.</summary>
public sealed class KerasConfigurationTests : IDisposable
{
    private const string OfInput = """{"class_name":"InputLayer","name":"x","config":{"name":"x","batch_shape":[null,2,2,1]},"inbound_nodes":[]}""";

    private static readonly float[] Pixels = [0, 51, 102, 255];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scaling_at_the_beginning_is_preprocessing()
    {
        using Model model = Load($"{OfInput},{Layer("Rescaling", "r", "\"scale\":0.00392156862745098", "x")},{Layer("Flatten", "f", "", "r")}", "f");
        Assert.Equal(Preprocessing.Scale, model.Input.Preprocessing);
        Assert.Equal([0, 0.2f, 0.4f, 1], Run(model));
    }

    [Fact]
    public void Scaling_of_an_input_that_others_read_too_is_a_layer()
    {
        using Model model = Load($"{OfInput},{Layer("Rescaling", "r", "\"scale\":0.5,\"offset\":1", "x")},{Layer("Add", "a", "", "x", "r")},{Layer("Flatten", "f", "", "a")}", "f");
        Assert.Equal(Preprocessing.None, model.Input.Preprocessing);
        AssertClose([1, 77.5f, 154, 383.5f], Run(model));
    }

    [Fact]
    public void Scaling_behind_another_layer_is_a_layer()
    {
        string layers = $"{OfInput},{Layer("ReLU", "a", "\"max_value\":100", "x")},{Layer("Rescaling", "r", "\"scale\":0.5,\"offset\":1", "a")},"
            + $"{Layer("Normalization", "n", "\"mean\":[2],\"variance\":[4]", "r")},{Layer("Flatten", "f", "", "n")}";
        using Model model = Load(layers, "f");
        AssertClose([-0.5f, 12.25f, 24.5f, 24.5f], Run(model));
    }

    [Fact]
    public void An_output_that_a_layer_does_not_give_is_refused_by_its_name()
    {
        string layers = $"{OfInput},{Layer("ReLU", "a", "", "x")},{Layer("Flatten", "f", "", "a").Replace("[\"a\",0,0]", "[\"a\",0,1]", StringComparison.Ordinal)}";
        Assert.Contains("the layer 'f', which takes what the layer 'a' does not give", Assert.Throws<DataFileException>(() => Load(layers, "f")).Message);
    }

    [Fact]
    public void A_written_h5_has_only_what_keras_2_knows()
    {
        string[] unknown = ["module", "registered_name", "build_config", "batch_shape", "build_input_shape", "optional", "quantization_config", "synchronized", "seed_generator", "input_axes"];
        TestScale.ForAll(30, RandomGraphTests.Graphs, graph =>
        {
            if (Save(graph, ".h5") is not { } path)
            {
                return;
            }

            Hdf5Object root = Hdf5File.Open(File.ReadAllBytes(path)).Root;
            using JsonDocument model = JsonDocument.Parse(root.Texts("model_config")![0]), training = JsonDocument.Parse(root.Texts("training_config")![0]);
            Assert.Empty(Names(model.RootElement).Intersect(unknown));
            Assert.Empty(Names(training.RootElement).Intersect(unknown));
            Assert.Equal("2.4.0", Assert.Single(root.Texts("keras_version")!));
            Hdf5Object weights = root.Find("model_weights")!;
            Assert.All(weights.Texts("layer_names")!, layer => Assert.All(weights.Find(layer)!.Texts("weight_names") ?? [], name =>
            {
                Assert.StartsWith(layer + "/", name);
                Assert.EndsWith(":0", name);
                Assert.True(weights.Find(layer)!.FindPath(name)!.IsDataset);
            }));
        });
    }

    [Fact]
    public void A_written_archive_says_of_each_layer_what_keras_3_asks_for()
    {
        TestScale.ForAll(30, RandomGraphTests.Graphs, graph =>
        {
            if (Save(graph, ".keras") is not { } path)
            {
                return;
            }

            using ZipArchive archive = ZipFile.OpenRead(path);
            Assert.Equal(["config.json", "metadata.json", "model.weights.h5"], archive.Entries.Select(entry => entry.FullName).Order());
            Assert.All(archive.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
            using JsonDocument config = JsonDocument.Parse(archive.GetEntry("config.json")!.Open());
            Assert.All(["module", "class_name", "config", "registered_name", "build_config", "compile_config"], name => Assert.True(config.RootElement.TryGetProperty(name, out _), name));
            Assert.All(config.RootElement.GetProperty("config").GetProperty("layers").EnumerateArray(), layer =>
                Assert.All(["module", "class_name", "config", "registered_name"], name => Assert.True(layer.TryGetProperty(name, out _), $"{name} of {layer}")));
        });
    }

    private static string Layer(string className, string name, string settings, params string[] inputs)
    {
        string[] tensors = [.. inputs.Select(input => $$$"""{"class_name":"__keras_tensor__","config":{"keras_history":["{{{input}}}",0,0]}}""")];
        string taken = tensors.Length == 1 ? tensors[0] : $"[{string.Join(',', tensors)}]";
        return $$$"""{"class_name":"{{{className}}}","name":"{{{name}}}","config":{"name":"{{{name}}}"{{{(settings.Length > 0 ? "," : "")}}}{{{settings}}}},"inbound_nodes":[{"args":[{{{taken}}}],"kwargs":{}}]}""";
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Append(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private static float[] Run(Model model) => AnyNetwork.Run(model, [Pixels], items: 1)[0];

    private static void AssertClose(float[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

    private string? Save(RandomGraph graph, string extension)
    {
        using Model model = graph.Compile();
        try
        {
            ModelFile.Save(model, _folder.File("model" + extension));
            return _folder.File("model" + extension);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private Model Load(string layers, string output)
    {
        string path = _folder.File("hand.keras");
        File.Delete(path);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add("metadata.json", """{"keras_version":"3.15.1"}"""u8.ToArray());
            Add("config.json", Encoding.UTF8.GetBytes($$$"""{"class_name":"Functional","config":{"name":"m","layers":[{{{layers}}}],"input_layers":[["x",0,0]],"output_layers":[["{{{output}}}",0,0]]}}"""));
            Add("model.weights.h5", Hdf5Writer.Write(new Hdf5Group().With("made", Hdf5Values.Of("by hand"))).ToArray());

            void Add(string name, byte[] contents)
            {
                using Stream part = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                part.Write(contents);
            }
        }

        return ModelFile.Load(path, new ReferenceBackend<float>(), unsaid: Preprocessing.None, probabilities: false);
    }
}
