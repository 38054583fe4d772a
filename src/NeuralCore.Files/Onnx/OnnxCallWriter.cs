namespace NeuralCore.Files.Onnx;

/// <summary>Writes one application of a layer as nodes of ONNX.</summary>
/// <param name="export">The graph.</param>
/// <param name="call">The application.</param>
internal sealed class OnnxCallWriter(OnnxExport export, WrittenCall call)
{
    private readonly string _label = export.LabelOf(call.Output);
    private int _nodes;

    /// <summary>The layer.</summary>
    public Layer Layer => call.Layer;

    /// <summary>What it takes.</summary>
    public IReadOnlyList<Value> Inputs => call.Inputs;

    /// <summary>The shape of the one value that it takes.</summary>
    public Shape InputShape => call.Inputs[0].Shape;

    /// <summary>The shape of what it gives.</summary>
    public Shape OutputShape => call.Output.Shape;

    /// <summary>The version of ONNX's operations.</summary>
    public int Opset => export.Opset;

    /// <summary>Whether the input is an image with channels first already, for layers to which the order does not matter.</summary>
    public bool IsFirst => call.Inputs.Any(export.IsFirst) && call.Inputs.All(input => input.Shape.Rank == 3);

    /// <summary>An input with channels first.</summary>
    public string First(int index = 0) => export.First(call.Inputs[index]);

    /// <summary>An input as the engine has it.</summary>
    public string Last(int index = 0) => export.Last(call.Inputs[index]);

    /// <summary>An input in the order in which it is there already, for layers to which the order does not matter: they give <see cref="IsFirst"/>.</summary>
    public string Either(int index = 0) => IsFirst ? First(index) : Last(index);

    /// <summary>Writes a node in the middle of the layer.</summary>
    /// <returns>What it gives.</returns>
    public string Node(string op, string[] inputs, params IEnumerable<(string Name, object Value)> attributes)
    {
        string output = $"{_label}/{op}_{++_nodes}";
        export.Node(op, _nodes == 1 ? _label : output, inputs, output, attributes);
        return output;
    }

    /// <summary>Writes the node that gives what the layer gives.</summary>
    /// <param name="isFirst">Whether that is an image with channels first.</param>
    /// <param name="op">The operation.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="attributes">Its settings.</param>
    public void Give(bool isFirst, string op, string[] inputs, params IEnumerable<(string Name, object Value)> attributes)
    {
        string output = export.NameOf(call.Output, isFirst);
        export.Node(op, _nodes++ == 0 ? _label : $"{_label}/{op}", inputs, output, attributes);
        export.Keep(call.Output, isFirst, output);
    }

    /// <summary>Writes the node of a layer, and then its activation.</summary>
    public void Give(Activation activation, bool isFirst, string op, string[] inputs, params IEnumerable<(string Name, object Value)> attributes)
    {
        if (activation == Activation.Linear)
        {
            Give(isFirst, op, inputs, attributes);
            return;
        }

        OnnxActivations.Write(this, activation, Node(op, inputs, attributes), isFirst);
    }

    /// <summary>Gives the input itself, where a layer does nothing in prediction.</summary>
    public void Hand() => export.Keep(call.Output, call.Inputs[0]);

    /// <summary>A weight of the layer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="order">The order of its numbers.</param>
    /// <param name="dims">Its extents in ONNX.</param>
    public string Weight(string name, OnnxOrder order, params ReadOnlySpan<long> dims) =>
        export.Weight(call.Name, call.Layer.Weights.First(weight => weight.Name == name), order, dims);

    /// <summary>Whether the layer has a weight of a name.</summary>
    public bool Has(string name) => call.Layer.Weights.Any(weight => weight.Name == name);

    /// <summary>Numbers that are no weight.</summary>
    public string Numbers(string name, float[] values, params ReadOnlySpan<long> dims) => export.Numbers($"{call.Name}/{name}", values, dims);

    /// <summary>Whole numbers.</summary>
    public string Integers(string name, params ReadOnlySpan<long> values) => export.Integers($"{call.Name}/{name}", values);
}
