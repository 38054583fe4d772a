using System.Runtime.InteropServices;
using Google.Protobuf;

namespace NeuralCore.Peers.Contestants;

/// <summary>
/// Writes the seed network as an ONNX model, message by message. Field numbers are those of onnx.proto; channels first, so
/// that ONNX Runtime has nothing to transpose.
/// </summary>
internal static class OnnxGraph
{
    /// <summary>The graph's input: N x 1 x 28 x 28.</summary>
    public const string Input = "images";

    /// <summary>The graph's output: N x 10.</summary>
    public const string Output = "probabilities";

    private const int Opset = 17;
    private const int IrVersion = 8;
    private const int FloatType = 1;
    private const int IntAttribute = 2;
    private const int IntsAttribute = 7;

    /// <summary>The bytes of the model.</summary>
    public static byte[] Write(Weights weights) => Message(model =>
    {
        Number(model, 1, IrVersion);
        Nested(model, 8, opset => Number(opset, 2, Opset));
        Nested(model, 7, graph => WriteGraph(graph, weights));
    });

    private static void WriteGraph(CodedOutputStream graph, Weights weights)
    {
        Node(graph, "Conv", [Input, "w1", "b1"], "c1", ("kernel_shape", [3, 3]));
        Node(graph, "Relu", ["c1"], "r1");
        Node(graph, "Conv", ["r1", "w2", "b2"], "c2", ("kernel_shape", [3, 3]));
        Node(graph, "Relu", ["c2"], "r2");
        Node(graph, "MaxPool", ["r2"], "p", ("kernel_shape", [2, 2]), ("strides", [2, 2]));
        Node(graph, "Flatten", ["p"], "f");
        Node(graph, "Gemm", ["f", "w3", "b3"], "d1", ("transB", null));
        Node(graph, "Relu", ["d1"], "r3");
        Node(graph, "Gemm", ["r3", "w4", "b4"], "d2", ("transB", null));
        Node(graph, "Softmax", ["d2"], Output);
        Text(graph, 2, "seed");
        Tensor(graph, "w1", weights.Convolution1, 32, 1, 3, 3);
        Tensor(graph, "b1", weights.Bias1, 32);
        Tensor(graph, "w2", weights.Convolution2, 64, 32, 3, 3);
        Tensor(graph, "b2", weights.Bias2, 64);
        Tensor(graph, "w3", weights.Dense1, 256, 9216);
        Tensor(graph, "b3", weights.Bias3, 256);
        Tensor(graph, "w4", weights.Dense2, 10, 256);
        Tensor(graph, "b4", weights.Bias4, 10);
        Value(graph, 11, Input, 1, 28, 28);
        Value(graph, 12, Output, 10);
    }

    /// <summary>A node; an attribute without a list of numbers is the number 1.</summary>
    private static void Node(CodedOutputStream graph, string type, string[] inputs, string output, params (string Name, int[]? Values)[] attributes) =>
        Nested(graph, 1, node =>
        {
            Array.ForEach(inputs, input => Text(node, 1, input));
            Text(node, 2, output);
            Text(node, 4, type);
            foreach ((string name, int[]? values) in attributes)
            {
                Nested(node, 5, attribute =>
                {
                    Text(attribute, 1, name);
                    if (values is null)
                    {
                        Number(attribute, 3, 1);
                    }

                    Array.ForEach(values ?? [], value => Number(attribute, 8, value));
                    Number(attribute, 20, values is null ? IntAttribute : IntsAttribute);
                });
            }
        });

    private static void Tensor(CodedOutputStream graph, string name, float[] values, params int[] shape) => Nested(graph, 5, tensor =>
    {
        Array.ForEach(shape, dimension => Number(tensor, 1, dimension));
        Number(tensor, 2, FloatType);
        Text(tensor, 8, name);
        tensor.WriteTag(9, WireFormat.WireType.LengthDelimited);
        tensor.WriteBytes(UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes<float>(values).ToArray()));
    });

    /// <summary>An input or output of the graph, its first dimension free.</summary>
    private static void Value(CodedOutputStream graph, int field, string name, params int[] shape) => Nested(graph, field, value =>
    {
        Text(value, 1, name);
        Nested(value, 2, type => Nested(type, 1, tensor =>
        {
            Number(tensor, 1, FloatType);
            Nested(tensor, 2, dimensions =>
            {
                Nested(dimensions, 1, dimension => Text(dimension, 2, "N"));
                Array.ForEach(shape, size => Nested(dimensions, 1, dimension => Number(dimension, 1, size)));
            });
        }));
    });

    private static void Number(CodedOutputStream to, int field, long value)
    {
        to.WriteTag(field, WireFormat.WireType.Varint);
        to.WriteInt64(value);
    }

    private static void Text(CodedOutputStream to, int field, string value)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteString(value);
    }

    private static void Nested(CodedOutputStream to, int field, Action<CodedOutputStream> write)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(UnsafeByteOperations.UnsafeWrap(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using var stream = new CodedOutputStream(memory);
        write(stream);
        stream.Flush();
        return memory.ToArray();
    }
}
