using NeuralCore.Data;
using NeuralCore.Files.Onnx;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Graphs as PyTorch's and TensorFlow's exporters write them, of the weights of one network.</summary>
public sealed class OnnxImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Sequential _model = new(
        new Input(new Shape(6, 5, 2), Preprocessing.Scale), new Conv2D(3, 3, padding: Padding.Same, activation: Activation.Relu), new MaxPooling2D(2), new Flatten(),
        new Dense(4, Activation.Relu), new Dense(3, Activation.Softmax));

    public OnnxImportTests() => _model.Compile(backend: new ReferenceBackend<float>(), seed: 4);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_graph_of_pytorch_predicts_the_same()
    {
        // Channels first, kernels units x inputs, log-probabilities at the end, and the flat shape computed from the batch's.
        OnnxGraphWriter graph = Begin().Input("x", -1, 2, 6, 5).Output("y", -1, 3)
            .Node("Conv", ["x", "conv.w", "conv.b"], "a", ("kernel_shape", (int[])[3, 3]), ("pads", (int[])[1, 1, 1, 1]), ("strides", (int[])[1, 1]), ("dilations", (int[])[1, 1]), ("group", 1))
            .Node("Relu", ["a"], "b")
            .Node("MaxPool", ["b"], "c", ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]), ("ceil_mode", 0))
            .Node("Shape", ["c"], "s").ConstantNode("zero", [], 0).Node("Gather", ["s", "zero"], "n", ("axis", 0))
            .ConstantNode("axes", [1], 0).Node("Unsqueeze", ["n", "axes"], "n1").ConstantNode("rest", [1], -1).Node("Concat", ["n1", "rest"], "flat", ("axis", 0))
            .Node("Reshape", ["c", "flat"], "d")
            .Node("Gemm", ["d", "fc1.w", "fc1.b"], "e", ("transB", 1))
            .Node("Relu", ["e"], "f").Node("Dropout", ["f"], "f2")
            .Node("Gemm", ["f2", "fc2.w", "fc2.b"], "g", ("transB", 1))
            .Node("LogSoftmax", ["g"], "y", ("axis", 1));
        List<string> remarks = AssertSamePredictions(graph);
        Assert.Contains(remarks, remark => remark.Contains("logarithms of probabilities"));
        Assert.Contains(remarks, remark => remark.Contains("does not say how its pixels were prepared"));
    }

    [Fact]
    public void A_graph_of_tensorflow_predicts_the_same()
    {
        // Channels last at the outside, scaling inside, kernels inputs x units in products of their own with additions behind.
        OnnxGraphWriter graph = Begin().Input("x", -1, 6, 5, 2).Output("y", -1, 3).Constant("255", [], [255])
            .Node("Div", ["x", "255"], "x1").Node("Transpose", ["x1"], "x2", ("perm", (int[])[0, 3, 1, 2]))
            .Node("Conv", ["x2", "conv.w"], "a", ("auto_pad", "SAME_UPPER")).Node("Add", ["a", "conv.b.map"], "a1").Node("Relu", ["a1"], "b")
            .Node("MaxPool", ["b"], "c", ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]), ("auto_pad", "VALID"))
            .Node("Transpose", ["c"], "c1", ("perm", (int[])[0, 2, 3, 1])).Constant("flat", -1, 18).Node("Reshape", ["c1", "flat"], "d")
            .Node("MatMul", ["d", "k1"], "e").Node("Add", ["e", "fc1.b"], "e1").Node("Relu", ["e1"], "f").Node("Identity", ["f"], "f1")
            .Node("MatMul", ["f1", "k2"], "g").Node("Add", ["fc2.b", "g"], "g1").Node("Softmax", ["g1"], "y", ("axis", -1));
        Assert.Empty(AssertSamePredictions(graph));
    }

    [Fact]
    public void A_graph_without_a_softmax_gets_one()
    {
        OnnxGraphWriter graph = Begin().Input("x", 1, 2, 6, 5).Output("y", 1, 3)
            .Node("Conv", ["x", "conv.w", "conv.b"], "a", ("pads", (int[])[1, 1, 1, 1])).Node("Relu", ["a"], "b").Node("MaxPool", ["b"], "c", ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]))
            .Node("Flatten", ["c"], "d").Node("Transpose", ["fc1.w"], "k", ("perm", (int[])[1, 0])).Node("MatMul", ["d", "k"], "e0").Node("Add", ["e0", "fc1.b"], "e").Node("Relu", ["e"], "f")
            .Node("Gemm", ["f", "fc2.w", "fc2.b"], "y", ("transB", 1));
        Assert.Contains(AssertSamePredictions(graph), remark => remark.Contains("ends without a softmax"));
    }

    [Theory]
    [InlineData("Conv", "windows of 3x2", "kernel_shape", 3, 2)]
    [InlineData("MaxPool", "windows of 2x3x4", "kernel_shape", 2, 3, 4)]
    [InlineData("LRN", "the 'LRN' node, and this program has nothing for that operation", "x", 1)]
    [InlineData("Relu", "with the attribute 'alpha'", "alpha", 1)]
    [InlineData("Transpose", "another order", "perm", 1, 0, 2, 3)]
    public void What_the_engine_lacks_is_refused_by_name(string op, string reason, string attribute, params int[] values)
    {
        string[] inputs = op == "Conv" ? ["x", "conv.w", "conv.b"] : ["x"];
        OnnxGraphWriter graph = Begin().Input("x", -1, 2, 6, 5).Output("y", -1, 3).Node(op, inputs, "y", (attribute, values));
        Assert.Contains(reason, Refusal(graph));
    }

    [Fact]
    public void A_product_of_branches_is_refused()
    {
        OnnxGraphWriter graph = Begin().Input("x", -1, 2, 6, 5).Output("y", -1, 3).Node("Relu", ["x"], "a").Node("Tanh", ["x"], "b").Node("Mul", ["a", "b"], "y");
        Assert.Contains("the 'Mul' node of two tensors of the network", Refusal(graph));
    }

    [Fact]
    public void A_constant_of_the_wrong_length_is_refused()
    {
        OnnxGraphWriter graph = new OnnxGraphWriter().Constant("w", [3, 2, 3, 3], new float[50]).Input("x", -1, 2, 6, 5).Output("y", -1, 3).Node("Conv", ["x", "w"], "y");
        Assert.Contains("holds more or fewer numbers of the tensor 'w'", Refusal(graph));
    }

    [Fact]
    public void A_description_that_the_graph_contradicts_is_passed_over()
    {
        string path = _folder.File("model.onnx");
        ModelFile.Save(_model, path);
        OnnxGraph graph = OnnxGraph.Read(File.ReadAllBytes(path));
        string described = graph.Metadata["neuralcore.architecture"];
        byte[] changed = File.ReadAllBytes(path);
        int place = changed.AsSpan().IndexOf("\"strides\":2"u8);
        Assert.True(place > 0 && described.Contains("\"strides\":2"));
        changed[place + 10] = (byte)'1';
        File.WriteAllBytes(path, changed);
        using Model loaded = ModelFile.Load(path, new ReferenceBackend<float>());
        Assert.Equal(2, loaded.Layers.OfType<MaxPooling2D>().Single().Strides.Height);
        Assert.Equal(_model.WeightsSha256(), loaded.WeightsSha256());
    }

    /// <summary>All constants that the graphs use, in the order of axes that ONNX has.</summary>
    private OnnxGraphWriter Begin()
    {
        float[][] values = [.. _model.Parameters.Select(parameter => parameter.Read())];
        return new OnnxGraphWriter()
            .Constant("conv.w", [3, 2, 3, 3], OnnxOrder.FiltersFirst.ToOnnx(values[0], _model.Parameters[0].Shape)).Constant("conv.b", [3], values[1], isRaw: false)
            .Constant("conv.b.map", [1, 3, 1, 1], values[1]).Constant("fc1.b", [4], values[3]).Constant("fc2.b", [3], values[5], isRaw: false)
            .Constant("k1", [18, 4], values[2]).Constant("k2", [4, 3], values[4])
            .Constant("fc1.w", [4, 18], Transposed(ChannelsFirst(values[2], 3, 2, 3, 4), 18, 4)).Constant("fc2.w", [3, 4], Transposed(values[4], 4, 3));
    }

    /// <summary>Rows of a dense kernel from row, column, channel to channel, row, column.</summary>
    private static float[] ChannelsFirst(float[] kernel, int rows, int columns, int channels, int units)
    {
        var moved = new List<float>();
        for (int channel = 0; channel < channels; channel++)
        {
            for (int place = 0; place < rows * columns; place++)
            {
                moved.AddRange(kernel.AsSpan(((place * channels) + channel) * units, units));
            }
        }

        return [.. moved];
    }

    private static float[] Transposed(float[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).Select(row => matrix[(row * columns) + column]))];

    private List<string> AssertSamePredictions(OnnxGraphWriter graph)
    {
        var remarks = new List<string>();
        using Model loaded = ModelFile.Load(_folder.Write("graph.onnx", graph.Bytes()), new ReferenceBackend<float>(), remark: remarks.Add);
        Assert.Equal(_model.WeightsSha256(), loaded.WeightsSha256());
        float[] item = [.. Enumerable.Range(0, 60).Select(i => (float)(i * 37 % 256))];
        Assert.Equal(_model.Predict(item), loaded.Predict(item));
        return remarks;
    }

    private string Refusal(OnnxGraphWriter graph)
    {
        string path = _folder.Write("graph.onnx", graph.Bytes());
        string message = Assert.Throws<DataFileException>(() => ModelFile.Load(path, new ReferenceBackend<float>())).Message;
        Assert.StartsWith($"The file '{path}' ", message);
        return message;
    }
}
