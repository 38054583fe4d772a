using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NeuralCore.Data;
using NeuralCore.Files.Onnx;
using NeuralCore.Files.Tests.Conformance;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;
using Xunit.Abstractions;

namespace NeuralCore.Files.Tests;

/// <summary>A random network is saved in every format that can hold it, and gives the same bits when it is loaded.</summary>
public sealed class RandomGraphTests(ITestOutputHelper output) : IDisposable
{
    private const int Items = 3, EverydayGraphs = 60;

    // Relative to the largest logit, or for probabilities to 1: the two programs sum in different orders.
    private const double RuntimeTolerance = 2e-6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".h5")]
    [InlineData(".keras")]
    [InlineData(".onnx")]
    public void Any_graph_comes_back_bit_for_bit(string extension)
    {
        (int there, int all) = (0, 0);
        TestScale.ForAll(EverydayGraphs, Graphs, graph =>
        {
            all++;
            using Model model = graph.Compile();
            if (TrySave(model, extension, new SaveOptions()) is not { } path)
            {
                return;
            }

            there++;
            using Model loaded = ModelFile.Load(path, new ReferenceBackend<float>(), probabilities: false);
            if (extension is ".safetensors" or ".onnx")
            {
                Assert.Equal(ArchitectureJson.Write(model), ArchitectureJson.Write(loaded));
            }

            float[][] items = graph.Items(model, Items);
            Assert.Equal(model.Inputs.Select(input => (input.Shape, input.Preprocessing)), loaded.Inputs.Select(input => (input.Shape, input.Preprocessing)));
            Assert.Equal(AnyNetwork.Run(model, items, Items), AnyNetwork.Run(loaded, items, Items));
        });
        Assert.True(there * 2 > all, $"Only {there} of {all} graphs could be written as {extension}.");
    }

    [SkippableFact]
    public void Any_graph_gives_the_same_in_onnx_runtime()
    {
        Runtime.Require();
        (int there, int all, int carried, double worst) = (0, 0, 0, 0);
        TestScale.ForAll(EverydayGraphs, Graphs, drawn =>
        {
            all++;
            RandomGraph graph = drawn with { EndsInLogits = true };
            using Model model = graph.Compile();
            int[] opsets = [7, 9, 11, 13, 17, 20, 22];
            var options = new SaveOptions { Opset = opsets[Math.Abs(graph.Seed % opsets.Length)], InputLayout = graph.Seed % 2 == 0 ? InputLayout.ChannelsLast : InputLayout.ChannelsFirst };
            if (TrySave(model, ".onnx", options) is not { } path)
            {
                return;
            }

            float[][] items = graph.Items(model, Items);
            there++;
            (double difference, bool isCarried) = AssertAsClose(model, items, RunElsewhere(model, path, items, options.InputLayout));
            worst = Math.Max(worst, difference);
            carried += isCarried ? 1 : 0;
        });
        output.WriteLine($"{there} of {all} graphs, the largest difference {worst:g3} of the largest logit, above {RuntimeTolerance} in {carried}");
        Assert.True(there * 10 > all * 9, $"Only {there} of {all} graphs could be written.");

        // About one in a thousand does; of the few graphs of an everyday run, several may by chance.
        Assert.True(carried <= 2 + (there / 100), $"{carried} of {there} graphs differ by more than {RuntimeTolerance} of the largest logit.");
    }

    [Fact]
    public void A_graph_of_onnx_is_read_without_the_description_beside_it()
    {
        (int right, int all) = (0, 0);
        TestScale.ForAll(EverydayGraphs, Graphs, graph =>
        {
            using Model model = graph.Compile();
            int[] opsets = [9, 13, 18, 22];
            var options = new SaveOptions { Opset = opsets[Math.Abs(graph.Seed % opsets.Length)], InputLayout = InputLayout.ChannelsFirst };
            if (TrySave(model, ".onnx", options) is not { } path)
            {
                return;
            }

            // Another key is no description, so that the graph alone tells the network.
            byte[] bytes = File.ReadAllBytes(path);
            Replace(bytes, OnnxFormat.ArchitectureKey, 'X');
            File.WriteAllBytes(path, bytes);
            all++;
            if (TryLoad(path) is { } loaded)
            {
                right++;
                using Model there = loaded;
                float[][] items = graph.Items(model, Items);
                AssertClose(AnyNetwork.Run(model, items, Items), AnyNetwork.Run(there, items, Items));
            }
        });
        Assert.True(right * 2 > all, $"Only {right} of {all} graphs were read.");
    }

    [SkippableFact]
    public void A_layer_that_pads_in_either_order_of_axes_has_its_numbers_for_both()
    {
        Runtime.Require();
        Value x = Value.Input(new Shape(4, 8, 2), Preprocessing.None);
        var padding = new ZeroPadding2D(new Border(1, 0, 0, 2));
        Value joined = new Concatenate().Apply(padding.Apply(new Softmax().Apply(x)), padding.Apply(x));
        using var model = new Model(x, new Flatten().Apply(joined));
        model.Compile(loss: new MeanSquaredError(), backend: new ReferenceBackend<float>());
        string path = TrySave(model, ".onnx", new SaveOptions { InputLayout = InputLayout.ChannelsFirst })!;
        float[][] items = [[.. Enumerable.Range(0, Items * x.Shape.Count).Select(i => i % 7 / 7f)]];
        AssertClose(AnyNetwork.Run(model, items, Items), RunElsewhere(model, path, items, InputLayout.ChannelsFirst));
    }

    /// <summary>The model; null if it has activations whose formulas are not read back, or adds tensors of which one was reshaped with its channels last.</summary>
    private static Model? TryLoad(string path)
    {
        try
        {
            return ModelFile.Load(path, new ReferenceBackend<float>(), probabilities: false);
        }
        catch (DataFileException refusal)
        {
            string[] formulas = ["'Less' node", "'Where' node", "'Neg' node", "'Mul' node", "'Softmax' node", "in different orders", "in the same order"];
            Assert.True(formulas.Any(refusal.Message.Contains), refusal.Message);
            return null;
        }
    }

    /// <summary>Random graphs, which shrink by their size.</summary>
    internal static Arbitrary<RandomGraph> Graphs => Arb.From(
        Gen.Choose(0, int.MaxValue - 1).SelectMany(seed => Gen.Choose(1, 15).Select(size => new RandomGraph(seed, size))),
        graph => graph.Size > 1 ? [graph with { Size = graph.Size - 1 }, graph with { Size = graph.Size / 2 }] : []);

    private static void Replace(byte[] bytes, string key, char first)
    {
        int place = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key));
        Assert.True(place > 0);
        bytes[place] = (byte)first;
    }

    private static void AssertClose(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((float[] left, float[] right) in expected.Zip(actual))
        {
            Assert.Equal(left.Length, right.Length);
            double largest = Math.Max(1, left.Max(value => Math.Abs((double)value)));
            Assert.All(left.Zip(right), pair => Assert.True(
                Math.Abs(pair.First - pair.Second) <= RuntimeTolerance * largest, $"{pair.First:R} here and {pair.Second:R} there, where the largest is {largest:R}."));
        }
    }

    /// <summary>
    /// Two results in single precision differ by no more than 2e-6 of the largest logit. Few networks carry roundings further, where large numbers
    /// cancel, or where a normalization stretches what is nearly the same: there each result may be off by as much more as the farthest of some runs
    /// with random roundings.
    /// </summary>
    /// <returns>The largest difference, relative to the largest logit, and whether it is above 2e-6.</returns>
    private static (double Difference, bool IsCarried) AssertAsClose(Model model, float[][] items, float[][] there)
    {
        const int Runs = 8;
        double[][] exact = AnyNetwork.RunExactly(model, items, Items);
        float[][] here = AnyNetwork.Run(model, items, Items);
        Assert.Equal(exact.Length, there.Length);
        double worst = 0;
        foreach ((int index, (double[] wanted, float[] ours, float[] theirs)) in exact.Zip(here, there).Index())
        {
            Assert.Equal(wanted.Length, theirs.Length);
            double largest = wanted.Max(Math.Abs), difference = Furthest(ours, theirs);
            worst = Math.Max(worst, difference / largest);
            if (difference > RuntimeTolerance * largest)
            {
                double carried = Enumerable.Range(0, Runs).Max(run => Furthest(wanted, AnyNetwork.RunRounded(model, items, Items, new Random(run))[index]));
                (double error, double others) = (Furthest(wanted, ours), Furthest(wanted, theirs));
                Assert.True(
                    Math.Max(error, others) <= (RuntimeTolerance * largest) + carried,
                    $"They differ by {difference:g3} where the largest logit is {largest:g3}; errors are {error:g3} here and {others:g3} there, and roundings are carried to {carried:g3}.");
            }
        }

        return (worst, worst > RuntimeTolerance);

        static double Furthest<TLeft, TRight>(TLeft[] left, TRight[] right)
            where TLeft : INumber<TLeft>
            where TRight : INumber<TRight> => left.Zip(right, (x, y) => Math.Abs(double.CreateChecked(x) - double.CreateChecked(y))).Max();
    }

    private static float[][] RunElsewhere(Model model, string path, float[][] items, InputLayout layout)
    {
        return Runtime.Run(path, [.. model.Inputs.Zip(items, (input, values) =>
        {
            float[] prepared = [.. values];
            for (int item = 0; item < Items; item++)
            {
                input.Preprocessing.Apply(input.Shape, prepared.AsSpan(item * input.Shape.Count, input.Shape.Count));
            }

            Shape shape = input.Shape;
            bool isFirst = layout == InputLayout.ChannelsFirst && shape.Rank == 3;
            int[] dims = isFirst ? [Items, shape[2], shape[0], shape[1]] : [Items, .. shape.Extents];
            return NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(isFirst ? Images.ToChannelsFirst(prepared, dims) : prepared, dims));
        })]);
    }

    /// <summary>The file; null if the format cannot hold one of the layers, and the exception says so.</summary>
    private string? TrySave(Model model, string extension, SaveOptions options)
    {
        string path = _folder.File("model" + extension);
        try
        {
            ModelFile.Save(model, path, options: options);
            return path;
        }
        catch (NotSupportedException missing)
        {
            Assert.NotEqual(".safetensors", extension);
            Assert.NotEmpty(missing.Message);
            return null;
        }
    }
}
