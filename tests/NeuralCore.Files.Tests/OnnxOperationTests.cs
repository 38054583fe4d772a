using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NeuralCore.Files.Tests.Conformance;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Operations in the forms in which exporters write them give here what they give in ONNX Runtime.</summary>
public sealed class OnnxOperationTests : IDisposable
{
    private const double Tolerance = 2e-6;
    private const int Items = 2;

    private static readonly float[] Features = [.. Enumerable.Range(0, 6).Select(i => 0.5f + (0.2f * i))], Channels = [0.5f, -1.5f];

    /// <summary>What is applied to an image of two channels, four rows and three columns: the graph takes <c>x</c> and gives <c>y</c>.</summary>
    private static readonly Dictionary<string, Func<OnnxGraphWriter, OnnxGraphWriter>> OverImages = new()
    {
        ["clip between bounds"] = graph => Clip(graph, -0.25f, 0.5f),
        ["clip from below"] = graph => Clip(graph, 0.25f, null),
        ["clip from above"] = graph => Clip(graph, null, 0.25f),
        ["clip like ReLU6"] = graph => Clip(graph, 0, 6),
        ["softsign of its parts"] = graph => graph.Constant("one", [], [1]).Node("Abs", ["x"], "a").Node("Add", ["one", "a"], "b").Node("Div", ["x", "b"], "y"),
        ["log-sigmoid of its parts"] = graph => graph.Node("Sigmoid", ["x"], "a").Node("Log", ["a"], "y"),
        ["log-sigmoid of a softplus"] = graph => graph.Node("Neg", ["x"], "a").Node("Softplus", ["a"], "b").Node("Neg", ["b"], "y"),
        ["swish"] = graph => graph.Node("Sigmoid", ["x"], "a").Node("Mul", ["a", "x"], "y"),
        ["hard swish"] = graph => graph.Node("HardSigmoid", ["x"], "a", ("alpha", 1f / 6)).Node("Mul", ["x", "a"], "y"),
        ["mish"] = graph => graph.Node("Softplus", ["x"], "a").Node("Tanh", ["a"], "b").Node("Mul", ["x", "b"], "y"),
        ["celu"] = graph => graph.Node("Celu", ["x"], "y", ("alpha", 1f)),
        ["gelu by erf"] = graph => graph.Constant("root", [], [1.41421356f]).Constant("one", [], [1]).Constant("half", [], [0.5f])
            .Node("Div", ["x", "root"], "a").Node("Erf", ["a"], "b").Node("Add", ["b", "one"], "c").Node("Mul", ["x", "half"], "d").Node("Mul", ["c", "d"], "y"),
        ["gelu of a gelu"] = graph => Gelu(Gelu(graph, "x", "z", "1"), "z", "y", "2"),
        ["gelu by tanh"] = graph => graph.Constant("three", [], [3]).Constant("cubic", [], [0.044715f]).Constant("root", [], [0.7978845608f]).Constant("one", [], [1]).Constant("half", [], [0.5f])
            .Node("Pow", ["x", "three"], "a").Node("Mul", ["cubic", "a"], "b").Node("Add", ["x", "b"], "c").Node("Mul", ["root", "c"], "d").Node("Tanh", ["d"], "e")
            .Node("Add", ["one", "e"], "f").Node("Mul", ["half", "x"], "g").Node("Mul", ["g", "f"], "y"),
        ["constant minus tensor"] = graph => graph.Constant("c", [2, 1, 1], Channels).Node("Relu", ["x"], "a").Node("Sub", ["c", "a"], "y"),
        ["scale and shift by channel"] = graph => graph.Constant("c", [1, 2, 1, 1], Channels).Node("Relu", ["x"], "a").Node("Mul", ["c", "a"], "b").Node("Add", ["b", "c"], "y"),
        ["divide, then subtract"] = graph => graph.Constant("c", [2, 1, 1], Channels).Constant("d", [], [0.1f]).Node("Relu", ["x"], "a").Node("Div", ["a", "c"], "b").Node("Sub", ["b", "d"], "y"),
        ["input read twice, once scaled"] = graph => graph.Constant("c", [], [0.5f]).Node("Mul", ["x", "c"], "a").Node("Tanh", ["x"], "b").Node("Add", ["a", "b"], "y"),
        ["input read twice, once scaled behind an identity"] = graph => graph.Constant("c", [], [0.5f]).Node("Identity", ["x"], "i").Node("Mul", ["i", "c"], "a").Node("Tanh", ["x"], "b").Node("Add", ["a", "b"], "y"),
        ["average without the padding"] = graph => graph.Node("AveragePool", ["x"], "y", ("kernel_shape", (int[])[3, 2]), ("pads", (int[])[1, 0, 1, 1]), ("strides", (int[])[2, 1])),
        ["average with the padding"] = graph => graph.Node("AveragePool", ["x"], "y", ("kernel_shape", (int[])[3, 2]), ("pads", (int[])[1, 0, 1, 1]), ("strides", (int[])[2, 1]), ("count_include_pad", 1)),
        ["average with a rounded number"] = graph => graph.Node("AveragePool", ["x"], "y", ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]), ("ceil_mode", 1)),
        ["maximum, the same size, lower"] = graph => graph.Node("MaxPool", ["x"], "y", ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[1, 1]), ("auto_pad", "SAME_LOWER")),
        ["mean over rows and columns"] = graph => graph.Node("ReduceMean", ["x"], "y", ("axes", (int[])[2, 3]), ("keepdims", 0)),
        ["maximum over the last two axes"] = graph => graph.Node("ReduceMax", ["x"], "y", ("axes", (int[])[-1, -2])),
        ["mean, squeezed"] = graph => graph.Constant("axes", 2, 3).Node("GlobalAveragePool", ["x"], "a").Node("Squeeze", ["a", "axes"], "y"),
        ["mean, squeezed and unsqueezed"] = graph => graph.Constant("axes", -1, -2).Node("GlobalMaxPool", ["x"], "a").Node("Squeeze", ["a", "axes"], "b").Node("Unsqueeze", ["b", "axes"], "y"),
        ["zeros around"] = graph => graph.Constant("pads", 0, 0, 1, 2, 0, 0, 0, 1).Node("Pad", ["x", "pads"], "y"),
        ["normalized over all axes"] = graph => graph.Constant("g", [2, 4, 3], [.. Enumerable.Range(0, 24).Select(i => 1 + (0.1f * i))]).Node("LayerNormalization", ["x", "g"], "y", ("axis", 1)),
        ["normalized over channels"] = graph => graph.Constant("g", [2], Channels).Node("Transpose", ["x"], "a", ("perm", (int[])[0, 2, 3, 1])).Node("LayerNormalization", ["a", "g", "g"], "b", ("epsilon", 1e-3f))
            .Node("Transpose", ["b"], "y", ("perm", (int[])[0, 3, 1, 2])),
        ["dense over channels"] = graph => graph.Constant("w", [2, 3], Features).Constant("b", [3], [0.5f, 1, -1]).Node("Transpose", ["x"], "a", ("perm", (int[])[0, 2, 3, 1])).Node("MatMul", ["a", "w"], "c")
            .Node("Add", ["b", "c"], "d").Node("Relu", ["d"], "e").Node("Transpose", ["e"], "y", ("perm", (int[])[0, 3, 1, 2])),
        ["convolution, dilated, of groups of one"] = graph => graph.Constant("w", [4, 1, 2, 2], [.. Enumerable.Range(0, 16).Select(i => (i % 5) - 2f)])
            .Node("Conv", ["x", "w"], "y", ("group", 2), ("dilations", (int[])[2, 1]), ("pads", (int[])[0, 1, 1, 0])),
    };

    /// <summary>What is applied to a vector of six features.</summary>
    private static readonly Dictionary<string, Func<OnnxGraphWriter, OnnxGraphWriter>> OverVectors = new()
    {
        ["normalized"] = graph => graph.Constant("g", [6], Features).Node("LayerNormalization", ["x", "g", "g"], "y", ("epsilon", 1e-5f)),
        ["normalized by its parts"] = graph => Gain(Normalized(graph)),
        ["normalized by a reciprocal"] = graph => Gain(Parts(graph).Node("Reciprocal", ["root"], "r").Node("Mul", ["r", "d"], "n")),
        ["normalized by its parts alone"] = graph => Normalized(graph).Node("Identity", ["n"], "y"),
        ["scaled features"] = graph => graph.Constant("g", [6], Features).Node("Tanh", ["x"], "a").Node("Mul", ["a", "g"], "y"),
        ["product and sum"] = graph => graph.Constant("w", [6, 2], [.. Enumerable.Range(0, 12).Select(i => (i % 5) - 2f)]).Constant("b", [2], Channels).Node("MatMul", ["x", "w"], "a").Node("Add", ["a", "b"], "y"),
        ["Gemm with factors"] = graph => graph.Constant("w", [2, 6], [.. Enumerable.Range(0, 12).Select(i => (i % 5) - 2f)]).Constant("b", [2], Channels)
            .Node("Gemm", ["x", "w", "b"], "y", ("transB", 1), ("alpha", 0.5f), ("beta", 2f)),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> OfImages => [.. OverImages.Keys];

    public static TheoryData<string> OfVectors => [.. OverVectors.Keys];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(OfImages))]
    public void An_operation_over_images_gives_the_same(string name) => AssertSame(OverImages[name](new OnnxGraphWriter().Input("x", -1, 2, 4, 3)).Output("y"), 2, 4, 3);

    [SkippableTheory]
    [MemberData(nameof(OfVectors))]
    public void An_operation_over_vectors_gives_the_same(string name) => AssertSame(OverVectors[name](new OnnxGraphWriter().Input("x", -1, 6)).Output("y"), 6);

    [SkippableTheory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    public void A_network_of_every_version_gives_the_same(int opset)
    {
        const int OpsetOfInputs = 13, OpsetOfBounds = 11, OpsetOfAxes = 18;
        OnnxGraphWriter graph = new OnnxGraphWriter { Opset = opset }.Input("x", 2, 2, 4, 3).Constant("w", [3, 2, 2, 2], [.. Enumerable.Range(0, 24).Select(i => ((i % 5) - 2) / 4f)])
            .Constant("scale", [3], [1, 0.5f, 2]).Constant("mean", [3], [0.25f, 0, -0.5f]).Constant("min", [], [0]).Constant("max", [], [1.5f]).Constant("axes", 2, 3)
            .Node("Conv", ["x", "w"], "a").Node("BatchNormalization", ["a", "scale", "mean", "mean", "scale"], "b", ("epsilon", 1e-3f));
        graph = opset < OpsetOfBounds ? graph.Node("Clip", ["b"], "c", ("min", 0f), ("max", 1.5f)) : graph.Node("Clip", ["b", "min", "max"], "c");
        graph = opset < OpsetOfAxes ? graph.Node("ReduceMean", ["c"], "d", ("axes", (int[])[2, 3])) : graph.Node("ReduceMean", ["c", "axes"], "d");
        graph = opset < OpsetOfInputs ? graph.Node("Squeeze", ["d"], "e", ("axes", (int[])[2, 3])) : graph.Node("Squeeze", ["d", "axes"], "e");
        AssertSame(graph.Node("Softmax", ["e"], "y", ("axis", 1)).Output("y"), 2, 4, 3);
    }

    [SkippableTheory]
    [InlineData(784)]
    [InlineData(28, 28)]
    [InlineData(1, 28, 28)]
    [InlineData(28, 28, 1)]
    public void An_input_of_digits_may_have_any_shape(params int[] dims)
    {
        OnnxGraphWriter graph = new OnnxGraphWriter().Input("x", [-1, .. dims.Select(dim => (long)dim)]).Constant("shape", -1, 1, 28, 28).Constant("w", [1, 1, 3, 3], [1, 2, 3, -1, -2, -3, 0.5f, 0, 1]);
        AssertSame(graph.Node("Reshape", ["x", "shape"], "a").Node("Conv", ["a", "w"], "b", ("strides", (int[])[3, 3])).Node("Flatten", ["b"], "y").Output("y"), dims);
    }

    [SkippableFact]
    public void An_input_of_bytes_is_raw_pixels()
    {
        OnnxGraphWriter graph = new OnnxGraphWriter().InputBytes("x", -1, 1, 4, 3).Constant("255", [], [255]).Node("Cast", ["x"], "a", ("to", 1)).Node("Div", ["a", "255"], "b")
            .Node("GlobalAveragePool", ["b"], "c").Node("Flatten", ["c"], "y").Output("y");
        using Model model = Load(graph, out string path);
        Assert.Equal(Preprocessing.Scale, model.Input.Preprocessing);
        byte[] pixels = [.. Enumerable.Range(0, Items * 12).Select(i => (byte)(i * 11))];
        float[] wanted = Runtime.Run(path, [NamedOnnxValue.CreateFromTensor("x", new DenseTensor<byte>(pixels, [Items, 1, 4, 3]))])[0];
        AssertClose(wanted, AnyNetwork.Run(model, [Array.ConvertAll(pixels, pixel => (float)pixel)], Items)[0]);
    }

    [Fact]
    public void Scaling_of_an_input_whose_shape_is_read_too_is_preprocessing()
    {
        OnnxGraphWriter graph = new OnnxGraphWriter().Input("x", -1, 6).Constant("255", [], [255]).Node("Shape", ["x"], "s").Node("Div", ["x", "255"], "a").Node("Reshape", ["a", "s"], "b").Node("Tanh", ["b"], "y").Output("y");
        using Model model = Load(graph, out _);
        Assert.Equal(Preprocessing.Scale, model.Input.Preprocessing);
    }

    private static OnnxGraphWriter Clip(OnnxGraphWriter graph, float? least, float? most)
    {
        graph = least is { } min ? graph.Constant("min", [], [min]) : graph;
        graph = most is { } max ? graph.Constant("max", [], [max]) : graph;
        return graph.Node("Clip", ["x", least is null ? "" : "min", .. most is null ? (string[])[] : ["max"]], "y");
    }

    private static OnnxGraphWriter Gelu(OnnxGraphWriter graph, string x, string y, string part) => graph.Constant($"s{part}", [], [0.70710678f]).Constant($"o{part}", [], [1]).Constant($"h{part}", [], [0.5f])
        .Node("Mul", [x, $"s{part}"], $"a{part}").Node("Erf", [$"a{part}"], $"b{part}").Node("Add", [$"b{part}", $"o{part}"], $"c{part}")
        .Node("Mul", [x, $"c{part}"], $"d{part}").Node("Mul", [$"d{part}", $"h{part}"], y);

    /// <summary>The deviation from the mean as <c>d</c> and the root of its square as <c>root</c>.</summary>
    private static OnnxGraphWriter Parts(OnnxGraphWriter graph) => graph.Constant("two", [], [2]).Constant("epsilon", [], [1e-5f])
        .Node("ReduceMean", ["x"], "m", ("axes", (int[])[-1])).Node("Sub", ["x", "m"], "d").Node("Pow", ["d", "two"], "p").Node("ReduceMean", ["p"], "v", ("axes", (int[])[-1]))
        .Node("Add", ["v", "epsilon"], "e").Node("Sqrt", ["e"], "root");

    private static OnnxGraphWriter Normalized(OnnxGraphWriter graph) => Parts(graph).Node("Div", ["d", "root"], "n");

    private static OnnxGraphWriter Gain(OnnxGraphWriter graph) => graph.Constant("g", [6], Features).Constant("b", [6], [.. Features.Reverse()]).Node("Mul", ["n", "g"], "o").Node("Add", ["o", "b"], "y");

    private void AssertSame(OnnxGraphWriter graph, params int[] dims)
    {
        using Model model = Load(graph, out string path);
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, Items * dims.Aggregate(1, (product, dim) => product * dim)).Select(_ => (2 * random.NextSingle()) - 1)];
        int[] batch = [Items, .. dims];
        float[] wanted = Runtime.Run(path, [NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(values, batch))])[0];
        bool isTurned = dims is [var first, _, _] && first == model.Input.Shape[2];
        float[] given = AnyNetwork.Run(model, [isTurned ? Images.ToChannelsLast(values, batch) : values], Items)[0];
        Shape shape = model.Outputs[0].Shape;
        AssertClose(wanted, shape.Rank == 3 ? Images.ToChannelsFirst(given, [Items, shape[2], shape[0], shape[1]]) : given);
    }

    private Model Load(OnnxGraphWriter graph, out string path)
    {
        path = _folder.Write("graph.onnx", graph.Bytes());
        return ModelFile.Load(path, new ReferenceBackend<float>(), unsaid: Preprocessing.None, probabilities: false);
    }

    private static void AssertClose(float[] wanted, float[] given)
    {
        Assert.Equal(wanted.Length, given.Length);
        double largest = wanted.Max(value => Math.Abs((double)value));
        Assert.All(wanted.Zip(given), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * largest, $"{pair.First:R} there and {pair.Second:R} here."));
    }
}
