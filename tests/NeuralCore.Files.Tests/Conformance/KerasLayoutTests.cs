using System.Text.Json;
using NeuralCore.Files.Hdf5;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests.Conformance;

/// <summary>An <c>.h5</c> that is written here is the one that Keras 2.4 writes, setting by setting; every Keras from that one on opens it.</summary>
public sealed class KerasLayoutTests
{
    // What Keras makes up from other names, and what is no part of the network.
    private static readonly string[] Apart = ["model_config/config/name", "model_config/config/layers/0/config/name"];

    [SkippableTheory]
    [InlineData("k24_chain.h5")]
    [InlineData("k24_residual.h5")]
    public void A_network_of_keras_is_described_as_keras_does(string name)
    {
        string?[] roots = [Path.Combine(AppContext.BaseDirectory, "GoldenValues"), Environment.GetEnvironmentVariable("NEURALCORE_CONFORMANCE")];
        string? path = roots.OfType<string>().Select(root => Path.Combine(root, "keras", name)).FirstOrDefault(File.Exists);
        Skip.If(path is null, $"There is no {name}: NEURALCORE_CONFORMANCE names the folder of files of other programs.");
        using var folder = new TemporaryFolder();
        using Model model = ModelFile.Load(path!, new ReferenceBackend<float>());
        ModelFile.Save(model, folder.File("ours.h5"));
        Hdf5Object theirs = Hdf5File.Open(File.ReadAllBytes(path!)).Root, ours = Hdf5File.Open(File.ReadAllBytes(folder.File("ours.h5"))).Root;
        Assert.Equal(theirs.Texts("keras_version"), ours.Texts("keras_version"));
        Assert.Equal(theirs.Texts("backend"), ours.Texts("backend"));
        using JsonDocument wanted = JsonDocument.Parse(theirs.Texts("model_config")![0]), given = JsonDocument.Parse(ours.Texts("model_config")![0]);
        AssertSame(wanted.RootElement, given.RootElement, "model_config");
        AssertSame(theirs.Find("model_weights")!, ours.Find("model_weights")!, "model_weights");
    }

    private static void AssertSame(JsonElement expected, JsonElement actual, string path)
    {
        if (Apart.Contains(path))
        {
            return;
        }

        Assert.True(expected.ValueKind == actual.ValueKind, $"{path} is {actual} where Keras writes {expected}.");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(property => property.Name).Order(), actual.EnumerateObject().Select(property => property.Name).Order());
                Assert.All(expected.EnumerateObject(), property => AssertSame(property.Value, actual.GetProperty(property.Name), $"{path}/{property.Name}"));
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                Assert.All(expected.EnumerateArray().Zip(actual.EnumerateArray()).Index(), pair => AssertSame(pair.Item.First, pair.Item.Second, $"{path}/{pair.Index}"));
                break;
            case JsonValueKind.Number:
                Assert.True(expected.GetDouble() == actual.GetDouble(), $"{path} is {actual} where Keras writes {expected}.");
                break;
            default:
                Assert.True(expected.ToString() == actual.ToString(), $"{path} is {actual} where Keras writes {expected}.");
                break;
        }
    }

    private static void AssertSame(Hdf5Object expected, Hdf5Object actual, string path)
    {
        Assert.Equal(expected.IsDataset, actual.IsDataset);
        if (expected.IsDataset)
        {
            Assert.Equal(expected.Extents(), actual.Extents());
            Assert.Equal(expected.ReadFloats(path), actual.ReadFloats(path));
            return;
        }

        Assert.Equal(expected.Texts("layer_names"), actual.Texts("layer_names"));
        Assert.Equal(expected.Texts("weight_names"), actual.Texts("weight_names"));
        Assert.Equal(expected.Names.Order(), actual.Names.Order());
        Assert.All(expected.Names, name => AssertSame(expected.Find(name)!, actual.Find(name)!, $"{path}/{name}"));
    }
}
