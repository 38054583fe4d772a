using System.Runtime.InteropServices;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files.Tests;

/// <summary>Writes ONNX graphs as other exporters do, node by node.</summary>
internal sealed class OnnxGraphWriter
{
    private const int FloatType = 1, ByteType = 2, LongType = 7;

    private readonly List<Action<ProtoWriter>> _parts = [];

    /// <summary>The version of ONNX's operations.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Adds an input of bytes.</summary>
    public OnnxGraphWriter InputBytes(string name, params long[] dims) => Value(11, name, dims, ByteType);

    /// <summary>Adds the input; -1 is an extent that is left open.</summary>
    public OnnxGraphWriter Input(string name, params long[] dims) => Value(11, name, dims);

    /// <summary>Adds an output.</summary>
    public OnnxGraphWriter Output(string name, params long[] dims) => Value(12, name, dims);

    /// <summary>Adds a constant, in one block of bytes or as a list of numbers.</summary>
    public OnnxGraphWriter Constant(string name, long[] dims, float[] values, bool isRaw = true)
    {
        _parts.Add(graph => graph.Inner(5, tensor => Tensor(tensor, name, dims, FloatType, MemoryMarshal.AsBytes<float>(values).ToArray(), isRaw ? 9 : 4)));
        return this;
    }

    /// <summary>Adds a constant of whole numbers.</summary>
    public OnnxGraphWriter Constant(string name, params long[] values)
    {
        _parts.Add(graph => graph.Inner(5, tensor => Tensor(tensor, name, [values.Length], LongType, MemoryMarshal.AsBytes<long>(values).ToArray(), 9)));
        return this;
    }

    /// <summary>Adds a node that makes a constant of whole numbers; without axes for a single one.</summary>
    public OnnxGraphWriter ConstantNode(string output, long[] dims, params long[] values)
    {
        _parts.Add(graph => graph.Inner(1, node =>
        {
            node.Text(2, output);
            node.Text(4, "Constant");
            node.Inner(5, attribute =>
            {
                attribute.Text(1, "value");
                attribute.Inner(5, tensor => Tensor(tensor, "", dims, LongType, MemoryMarshal.AsBytes<long>(values).ToArray(), 9));
                attribute.Integer(20, 4);
            });
        }));
        return this;
    }

    /// <summary>Adds a node; settings are whole numbers, lists of them, numbers or texts.</summary>
    public OnnxGraphWriter Node(string op, string[] inputs, string output, params (string Name, object Value)[] settings)
    {
        _parts.Add(graph => graph.Inner(1, node =>
        {
            Array.ForEach(inputs, input => node.Text(1, input));
            node.Text(2, output);
            node.Text(4, op);
            foreach ((string name, object value) in settings)
            {
                node.Inner(5, attribute =>
                {
                    attribute.Text(1, name);
                    switch (value)
                    {
                        case int number:
                            attribute.Integer(3, number);
                            attribute.Integer(20, 2);
                            break;
                        case float number:
                            attribute.Number(2, number);
                            attribute.Integer(20, 1);
                            break;
                        case string text:
                            attribute.Text(4, text);
                            attribute.Integer(20, 3);
                            break;
                        default:
                            attribute.Integers(8, ((int[])value).Select(number => (long)number));
                            attribute.Integer(20, 7);
                            break;
                    }
                });
            }
        }));
        return this;
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] Bytes() => ProtoWriter.Message(file =>
    {
        file.Integer(1, 8);
        file.Inner(8, opset => opset.Integer(2, Opset));
        file.Inner(7, graph =>
        {
            _parts.ForEach(part => part(graph));
            graph.Text(2, "graph");
        });
    });

    private static void Tensor(ProtoWriter tensor, string name, long[] dims, int type, byte[] bytes, int field)
    {
        tensor.Integers(1, dims);
        tensor.Integer(2, type);
        tensor.Text(8, name);
        tensor.Bytes(field, bytes);
    }

    private OnnxGraphWriter Value(int field, string name, long[] dims, int elements = FloatType)
    {
        _parts.Add(graph => graph.Inner(field, value =>
        {
            value.Text(1, name);
            value.Inner(2, type => type.Inner(1, tensor =>
            {
                tensor.Integer(1, elements);
                tensor.Inner(2, shape => Array.ForEach(dims, dim => shape.Inner(1, extent =>
                {
                    if (dim >= 0)
                    {
                        extent.Integer(1, dim);
                    }
                    else
                    {
                        extent.Text(2, "batch");
                    }
                })));
            }));
        }));
        return this;
    }
}
