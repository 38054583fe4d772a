using System.Runtime.InteropServices;
using NeuralCore.Ops;

namespace NeuralCore.Files.Onnx;

/// <summary>
/// Writes a network as an ONNX graph of IR version 7 and opset 13. Its input takes a batch of values that are already prepared
/// (<c>pixel / 255</c> for a model of scaled pixels), channels last as the engine has them, and its output gives probabilities.
/// ONNX convolves channels first, so the image is transposed at the beginning, and back before it is flattened: then every dense
/// kernel stays as it is.
/// </summary>
internal sealed class OnnxExport
{
    private const int IrVersion = 7, Opset = 13;
    private const long Float = 1;
    private const string InputName = "input", OutputName = "probabilities";

    private readonly ProtoWriter _graph;
    private readonly Dictionary<string, ModelParameter> _parameters;
    private string _current = InputName;

    private OnnxExport(ProtoWriter graph, Model model) =>
        (_graph, _parameters) = (graph, model.Parameters.ToDictionary(parameter => parameter.Name));

    /// <summary>The bytes of a model's file.</summary>
    /// <exception cref="NotSupportedException">ONNX, or this program, has no words for a layer; the message names it.</exception>
    public static byte[] Write(Model model, IReadOnlyDictionary<string, string> metadata) => ProtoWriter.Message(file =>
    {
        const int IrField = 1, ProducerField = 2, DocField = 6, GraphField = 7, OpsetField = 8, MetadataField = 14, VersionField = 2;
        string preprocessing = PreprocessingName.Of(model.Input.Preprocessing);
        file.Integer(IrField, IrVersion);
        file.Text(ProducerField, "neuralcore");
        file.Text(DocField, $"The input is a batch of {model.Input.Shape} values, prepared as '{preprocessing}' says (scale: pixel / 255).");
        file.Inner(OpsetField, opset => opset.Integer(VersionField, Opset));
        foreach ((string key, string value) in metadata.Append(new(OnnxFormat.PreprocessingKey, preprocessing)).Append(new(OnnxFormat.ArchitectureKey, ArchitectureJson.Write(LayerChain.Of(model).Layers))))
        {
            file.Inner(MetadataField, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        // The graph comes last: a file that is cut short has none, and says so.
        file.Inner(GraphField, graph => new OnnxExport(graph, model).Graph(model));
    });

    /// <summary>
    /// The layers as far as a graph shows them: without dropout, with a ReLU in the layer before it where that has none, and with
    /// no padding where there is nothing to pad. Null for layers that do not fit together.
    /// </summary>
    public static IReadOnlyList<Layer>? Visible(IReadOnlyList<Layer> layers)
    {
        var visible = new List<Layer>();
        Shape shape = default;
        try
        {
            foreach (Layer layer in layers)
            {
                if (layer is Dropout)
                {
                    continue;
                }

                if (layer is ReLU && visible is [.., Conv2D { Activation: Activation.Linear } or Dense { Activation: Activation.Linear }])
                {
                    visible[^1] = visible[^1] is Conv2D conv
                        ? new Conv2D(conv.Filters, conv.KernelSize, conv.Strides, conv.Padding, Activation.Relu)
                        : new Dense(((Dense)visible[^1]).Units, Activation.Relu);
                    continue;
                }

                visible.Add(layer switch
                {
                    Conv2D { Padding: Padding.Same } c when !c.OpShape(shape).IsPadded => new Conv2D(c.Filters, c.KernelSize, c.Strides, Padding.Valid, c.Activation),
                    MaxPooling2D { Padding: Padding.Same } p when Pads(p.OpShape(shape)).All(pad => pad == 0) => new MaxPooling2D(p.PoolSize, p.Strides),
                    _ => layer,
                });
                shape = layer.OutputShape(shape);
            }
        }
        catch (ArgumentException)
        {
            return null;
        }

        return visible;
    }

    private void Graph(Model model)
    {
        const int NameField = 2, InputField = 11, OutputField = 12;
        bool isImage = model.Input.Shape.Rank == 3;
        if (isImage)
        {
            Node("Transpose", "to_channels_first", [], ("perm", [0, 3, 1, 2]));
        }

        Shape shape = model.Input.Shape;
        LayerChain chain = LayerChain.Of(model);
        for (int i = 1; i < chain.Layers.Count; i++)
        {
            Layer(chain.Layers[i], chain.Names[i], shape);
            shape = chain.Layers[i].OutputShape(shape);
        }

        _graph.Text(NameField, "network");
        _graph.Inner(InputField, value => Value(value, InputName, model.Input.Shape));
        _graph.Inner(OutputField, value => Value(value, _current, shape));
    }

    private void Layer(Layer layer, string name, Shape input)
    {
        switch (layer)
        {
            case Conv2D conv:
                Conv2DShape sizes = conv.OpShape(input);
                Kernel(name, kernel => OnnxLayout.FiltersFirst(kernel.Read(), kernel.Shape), [conv.Filters, sizes.Channels, sizes.KernelHeight, sizes.KernelWidth]);
                Bias(name, conv.Filters);
                Node(
                    "Conv", name, [$"{name}/kernel", $"{name}/bias"], ("kernel_shape", [sizes.KernelHeight, sizes.KernelWidth]), ("strides", [sizes.StrideY, sizes.StrideX]),
                    ("pads", [sizes.PadTop, sizes.PadLeft, sizes.Window.Border.Bottom, sizes.Window.Border.Right]));
                Activate(conv.Activation, name);
                break;
            case MaxPooling2D pool:
                Node(
                    "MaxPool", name, [], ("kernel_shape", [pool.PoolSize.Height, pool.PoolSize.Width]), ("strides", [pool.Strides.Height, pool.Strides.Width]), ("pads", Pads(pool.OpShape(input))));
                break;
            case ReLU:
                Node("Relu", name, []);
                break;
            case Dropout:
                break;
            case Flatten:
                if (input.Rank == 3)
                {
                    Node("Transpose", $"{name}/to_channels_last", [], ("perm", [0, 2, 3, 1]));
                }

                Node("Flatten", name, []);
                break;
            case Dense dense:
                Kernel(name, kernel => kernel.Read(), [input.Count, dense.Units]);
                Bias(name, dense.Units);
                Node("Gemm", name, [$"{name}/kernel", $"{name}/bias"]);
                Activate(dense.Activation, name);
                break;
            default:
                throw new NotSupportedException($"The layer {name} of type {layer.GetType().Name} can not be written to an ONNX file yet.");
        }
    }

    private static long[] Pads(MaxPool2DShape shape) => [shape.PadTop, shape.PadLeft, shape.Window.Border.Bottom, shape.Window.Border.Right];

    private void Activate(Activation activation, string name)
    {
        switch (activation)
        {
            case Activation.Relu:
                Node("Relu", $"{name}/relu", []);
                break;
            case Activation.Softmax:
                Node("Softmax", $"{name}/softmax", []);
                break;
        }
    }

    /// <summary>Appends a node to the chain.</summary>
    private void Node(string op, string name, string[] constants, params (string Name, long[] Values)[] attributes)
    {
        const int NodeField = 1, InputField = 1, OutputField = 2, NameField = 3, OpField = 4, AttributeField = 5;
        const int IntegersField = 8, TypeField = 20, IntegersType = 7;
        string output = op == "Softmax" ? OutputName : $"{name}:0";
        _graph.Inner(NodeField, node =>
        {
            node.Text(InputField, _current);
            Array.ForEach(constants, constant => node.Text(InputField, constant));
            node.Text(OutputField, output);
            node.Text(NameField, name);
            node.Text(OpField, op);
            foreach ((string key, long[] values) in attributes)
            {
                node.Inner(AttributeField, attribute =>
                {
                    attribute.Text(1, key);
                    attribute.Integers(IntegersField, values);
                    attribute.Integer(TypeField, IntegersType);
                });
            }
        });
        _current = output;
    }

    private void Kernel(string layer, Func<ModelParameter, float[]> read, long[] dims) => Constant($"{layer}/kernel", read(_parameters[$"{layer}/kernel"]), dims);

    private void Bias(string layer, int count) => Constant($"{layer}/bias", _parameters[$"{layer}/bias"].Read(), [count]);

    private void Constant(string name, float[] values, long[] dims)
    {
        const int ConstantField = 5, DimsField = 1, TypeField = 2, NameField = 8, RawField = 9;
        _graph.Inner(ConstantField, tensor =>
        {
            tensor.Integers(DimsField, dims);
            tensor.Integer(TypeField, Float);
            tensor.Text(NameField, name);
            tensor.Bytes(RawField, MemoryMarshal.AsBytes<float>(values));
        });
    }

    private static void Value(ProtoWriter value, string name, Shape shape)
    {
        const int NameField = 1, TypeField = 2, TensorField = 1, ElementField = 1, ShapeField = 2, DimField = 1, ExtentField = 1, SymbolField = 2;
        value.Text(NameField, name);
        value.Inner(TypeField, type => type.Inner(TensorField, tensor =>
        {
            tensor.Integer(ElementField, Float);
            tensor.Inner(ShapeField, dims =>
            {
                dims.Inner(DimField, batch => batch.Text(SymbolField, "N"));
                foreach (int extent in shape.Extents.ToArray())
                {
                    dims.Inner(DimField, dim => dim.Integer(ExtentField, extent));
                }
            });
        }));
    }
}
