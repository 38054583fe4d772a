using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>
/// Describes a network as Keras does, setting by setting: a chain of layers as a <c>Sequential</c>, every other network as a <c>Functional</c> one.
/// </summary>
internal sealed class KerasDescription
{
    private readonly WrittenNetwork _network;
    private readonly KerasLayout _layout;
    private readonly Dictionary<Layer, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Layer, List<WrittenCall>> _calls = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Value, (string Layer, int Call)> _history = [];
    private readonly Dictionary<Value, string> _inputs = [];

    /// <summary>Takes a network apart.</summary>
    /// <exception cref="NotSupportedException">Keras has no such layer; the message names it.</exception>
    public KerasDescription(Model model, KerasLayout layout)
    {
        var network = WrittenNetwork.Of(model, layer => LayerCodecs.Find(layer) is IKerasWriter);
        (_network, _layout) = (network.With(KerasCalls.Of(network, layout)), layout);
        var taken = new HashSet<string>();
        foreach (Value input in _network.Inputs)
        {
            string name = input.Name == "input" ? layout == KerasLayout.Keras3 ? "input_layer" : "input_1" : input.Name;
            _inputs[input] = Free(name, taken);
            _history[input] = (_inputs[input], 0);
        }

        foreach (WrittenCall call in _network.Calls)
        {
            if (!_names.ContainsKey(call.Layer))
            {
                // Keras builds paths of names.
                _names[call.Layer] = Free(call.Name.Replace('/', '_'), taken);
                _calls[call.Layer] = [];
            }

            _history[call.Output] = (_names[call.Layer], _calls[call.Layer].Count);
            _calls[call.Layer].Add(call);
        }

        IEnumerable<object> order = IsChain ? [.. _network.Inputs, .. _calls.Keys] : KerasLayerOrder.Of(_network);
        Layers = [.. order.Select(item => item is Layer layer ? new KerasWritten(layer, _names[layer], Writer(layer).KerasClass) : new KerasWritten(null, _inputs[(Value)item], "InputLayer"))];
    }

    /// <summary>The name of the whole network: Keras's paths begin with it.</summary>
    public string ModelName => _network.IsChain ? "sequential" : "functional";

    /// <summary>The layers, inputs among them, each once and in Keras's order.</summary>
    public IReadOnlyList<KerasWritten> Layers { get; }

    /// <summary>The weights of all layers, in Keras's order.</summary>
    public IEnumerable<Weight> Weights => Layers.SelectMany(layer => layer.Layer?.Weights ?? []);

    /// <summary>Whether the network is a plain list of layers, whose input layer is none of them.</summary>
    public bool IsChain => _network.IsChain;

    /// <summary>Writes the whole network as one object.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="finish">Writes what follows within the object; null for nothing.</param>
    public void Write(Utf8JsonWriter json, Action? finish = null)
    {
        var keras = new KerasWriter(json, _layout);
        json.WriteStartObject();
        keras.Class(IsChain ? "keras" : "keras.src.models.functional", IsChain ? "Sequential" : "Functional");
        json.WriteStartObject("config");
        json.WriteString("name", ModelName);
        if (keras.IsKeras3)
        {
            json.WriteBoolean("trainable", true);
            if (IsChain)
            {
                keras.DataType();
            }
        }

        json.WriteStartArray("layers");
        foreach (KerasWritten written in Layers)
        {
            if (written.Layer is { } layer)
            {
                WriteLayer(keras, layer, written.Name);
            }
            else
            {
                WriteInput(keras, _inputs.Single(input => input.Value == written.Name).Key);
            }
        }

        json.WriteEndArray();
        WriteEnds(keras);
        json.WriteEndObject();
        keras.Registered(IsChain ? null : "Functional");

        // Keras itself writes no shape for a network with several inputs.
        keras.Built(_network.Inputs is [var only] ? [only.Shape] : []);
        finish?.Invoke();
        json.WriteEndObject();
    }

    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int number = 1; !taken.Add(free); number++)
        {
            free = $"{name}_{number}";
        }

        return free;
    }

    private static IKerasWriter Writer(Layer layer) => (IKerasWriter)LayerCodecs.Find(layer)!;

    private void WriteInput(KerasWriter keras, Value input)
    {
        Utf8JsonWriter json = keras.Json;
        json.WriteStartObject();
        keras.Class("keras.layers", "InputLayer");
        json.WriteStartObject("config");
        keras.Batch(keras.IsKeras3 ? "batch_shape" : "batch_input_shape", input.Shape);
        json.WriteString("dtype", "float32");
        json.WriteBoolean("sparse", false);
        json.WriteBoolean("ragged", false);
        json.WriteString("name", _inputs[input]);
        if (keras.IsKeras3)
        {
            json.WriteBoolean("optional", false);
        }

        json.WriteEndObject();
        keras.Registered();
        if (!IsChain)
        {
            json.WriteString("name", _inputs[input]);
            json.WriteStartArray("inbound_nodes");
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteLayer(KerasWriter keras, Layer layer, string name)
    {
        (List<WrittenCall> calls, IKerasWriter writer) = (_calls[layer], Writer(layer));
        Utf8JsonWriter json = keras.Json;
        json.WriteStartObject();
        keras.Class("keras.layers", writer.KerasClass);
        json.WriteStartObject("config");
        json.WriteString("name", name);
        json.WriteBoolean("trainable", calls[0].IsTrainable);
        if (!keras.IsKeras3 && IsChain && calls[0].Inputs[0].IsInput)
        {
            keras.Batch("batch_input_shape", calls[0].Inputs[0].Shape);
        }

        keras.DataType();
        keras.InputShape = calls[0].Inputs[0].Shape;
        writer.WriteKeras(layer, keras);
        json.WriteEndObject();
        keras.Registered();
        if (writer.IsBuilt)
        {
            keras.Built([.. calls[0].Inputs.Select(input => input.Shape)]);
        }

        if (!IsChain)
        {
            json.WriteString("name", name);
            json.WriteStartArray("inbound_nodes");
            foreach (WrittenCall call in calls)
            {
                WriteNode(keras, call);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteNode(KerasWriter keras, WrittenCall call)
    {
        Utf8JsonWriter json = keras.Json;
        if (!keras.IsKeras3)
        {
            json.WriteStartArray();
            foreach (Value input in call.Inputs)
            {
                WriteHistory(json, input, isWithSettings: true);
            }

            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("args");
        bool isList = call.Inputs.Count > 1;
        if (isList)
        {
            json.WriteStartArray();
        }

        foreach (Value input in call.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("class_name", "__keras_tensor__");
            json.WriteStartObject("config");
            keras.Batch("shape", input.Shape);
            json.WriteString("dtype", "float32");
            json.WritePropertyName("keras_history");
            WriteHistory(json, input, isWithSettings: false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (isList)
        {
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartObject("kwargs");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteHistory(Utf8JsonWriter json, Value value, bool isWithSettings)
    {
        (string layer, int call) = _history[value];
        json.WriteStartArray();
        json.WriteStringValue(layer);
        json.WriteNumberValue(call);
        json.WriteNumberValue(0);
        if (isWithSettings)
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteEnds(KerasWriter keras)
    {
        if (IsChain)
        {
            if (keras.IsKeras3)
            {
                keras.Batch("build_input_shape", _network.Inputs[0].Shape);
            }

            return;
        }

        foreach ((string name, IReadOnlyList<Value> ends) in new[] { ("input_layers", _network.Inputs), ("output_layers", _network.Outputs) })
        {
            keras.Json.WritePropertyName(name);
            if (keras.IsKeras3 && ends.Count == 1)
            {
                WriteHistory(keras.Json, ends[0], isWithSettings: false);
                continue;
            }

            keras.Json.WriteStartArray();
            foreach (Value end in ends)
            {
                WriteHistory(keras.Json, end, isWithSettings: false);
            }

            keras.Json.WriteEndArray();
        }
    }
}

/// <summary>A layer as a Keras file has it.</summary>
/// <param name="Layer">The engine's layer; null for an input.</param>
/// <param name="Name">Its name there.</param>
/// <param name="ClassName">Its class.</param>
internal sealed record KerasWritten(Layer? Layer, string Name, string ClassName)
{
    /// <summary>What Keras 2 calls a weight of it.</summary>
    public string WeightName(Weight weight) => ((IKerasWriter)LayerCodecs.Find(Layer!)!).KerasName(weight, isKeras3: false);
}
