using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// A network as JSON: <c>{"layers":[{"kind":"input","shape":[28,28,1]},{"kind":"dense","units":10,"activation":"softmax"}]}</c>, one object an
/// input or an application of a layer. Kinds and settings are named as Keras names them.
/// <list type="bullet">
/// <item><c>name</c>, where the layers' names are not those that they get by themselves.</item>
/// <item><c>inputs</c>, the names of what is read, where that is not what stands before it alone.</item>
/// <item><c>trainable</c>, where it is false.</item>
/// <item><c>{"again":"conv2d","inputs":["b"]}</c> applies a layer once more; what it gives is called <c>conv2d:1</c>.</item>
/// <item><c>outputs</c> beside <c>layers</c>, where the network gives something else than its last layer does.</item>
/// </list>
/// How raw values are prepared is not in it; it is stored beside it.
/// </summary>
internal static class ArchitectureJson
{
    private const int MostLayers = 5_000, MostInputs = 1_000;
    private const int MostLetters = 1 << 22;
    private const int MostAxes = 3;
    private const string InputKind = "input";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes a network.</summary>
    /// <exception cref="NotSupportedException">A layer is of a kind that has no description.</exception>
    public static string Write(Model model)
    {
        WrittenNetwork network = WrittenNetwork.Of(model, layer => LayerCodecs.Find(layer) is not null);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            new Writer(json, network).Write();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Makes the network that a description tells.</summary>
    /// <param name="json">The description.</param>
    /// <param name="preprocessing">How the network's inputs are prepared, one after the other; as the first from where there are no more.</param>
    /// <exception cref="InvalidDataException">It describes no network that can be made; the message completes "the file ...".</exception>
    public static NetworkParts Read(string json, IReadOnlyList<Preprocessing> preprocessing)
    {
        if (json.Length > MostLetters)
        {
            throw new InvalidDataException($"has an architecture of more than {MostLetters:N0} letters");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = new LayerSettings(document.RootElement);
            var reader = new Reader(preprocessing);
            foreach (JsonElement element in root.List("layers", MostLayers))
            {
                reader.Take(new LayerSettings(element));
            }

            NetworkParts parts = reader.Finish(root.Has("outputs") ? root.Texts("outputs", MostInputs) : null);
            root.RequireAllRead();
            return parts;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("has an architecture that is not valid JSON", failure);
        }
    }

    /// <summary>The names that layers get by themselves, one after the other.</summary>
    private sealed class DefaultNames
    {
        private readonly Dictionary<string, int> _counts = [];

        public string Next(Layer layer)
        {
            int count = _counts.GetValueOrDefault(layer.Kind);
            _counts[layer.Kind] = count + 1;
            return count == 0 ? layer.Kind : $"{layer.Kind}_{count}";
        }
    }

    private sealed class Writer(Utf8JsonWriter json, WrittenNetwork network)
    {
        private readonly Dictionary<Value, string> _names = [];
        private readonly Dictionary<Layer, (string Name, int Calls)> _made = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<string> _taken = [];

        public void Write()
        {
            // Names that layers get by themselves need not be said.
            Layer[] layers = [.. network.Calls.Select(call => call.Layer).Distinct()];
            bool isNamed = !network.Names.SequenceEqual(layers.Select(new DefaultNames().Next)) || network.Inputs.Count > 1 || network.Inputs[0].Name != InputKind;
            json.WriteStartObject();
            json.WriteStartArray("layers");
            foreach (Value input in network.Inputs)
            {
                WriteInput(input, isNamed);
            }

            Value before = network.Inputs[^1];
            foreach (WrittenCall call in network.Calls)
            {
                WriteCall(call, isNamed, before);
                before = call.Output;
            }

            json.WriteEndArray();
            if (network.Outputs is not [var output] || output != before)
            {
                WriteNames("outputs", network.Outputs);
            }

            json.WriteEndObject();
        }

        private void WriteInput(Value input, bool isNamed)
        {
            json.WriteStartObject();
            json.WriteString("kind", InputKind);
            if (isNamed)
            {
                json.WriteString("name", input.Name);
            }

            new LayerWriter(json).Numbers("shape", input.Shape.Extents);
            json.WriteEndObject();
            Name(input, input.Name);
        }

        private void WriteCall(WrittenCall call, bool isNamed, Value before)
        {
            json.WriteStartObject();
            if (_made.TryGetValue(call.Layer, out (string Name, int Calls) made))
            {
                json.WriteString("again", made.Name);
                Name(call.Output, $"{made.Name}:{made.Calls}");
                _made[call.Layer] = (made.Name, made.Calls + 1);
            }
            else
            {
                LayerCodec codec = LayerCodecs.Find(call.Layer)!;
                json.WriteString("kind", codec.Kind);
                if (isNamed)
                {
                    json.WriteString("name", call.Name);
                }

                codec.Write(call.Layer, new LayerWriter(json));
                if (!call.IsTrainable)
                {
                    json.WriteBoolean("trainable", false);
                }

                Name(call.Output, call.Name);
                _made[call.Layer] = (call.Name, 1);
            }

            if (call.Inputs is not [var input] || input != before)
            {
                WriteNames("inputs", call.Inputs);
            }

            json.WriteEndObject();
        }

        private void Name(Value value, string name)
        {
            if (!_taken.Add(name))
            {
                throw new NotSupportedException($"Two values of the network are called '{name}': give one of the layers or inputs another name.");
            }

            _names[value] = name;
        }

        private void WriteNames(string property, IReadOnlyList<Value> values)
        {
            json.WriteStartArray(property);
            foreach (Value value in values)
            {
                json.WriteStringValue(_names[value]);
            }

            json.WriteEndArray();
        }
    }

    private sealed class Reader(IReadOnlyList<Preprocessing> preprocessing)
    {
        private readonly NetworkAssembly _network = new();
        private readonly List<Value> _inputs = [];
        private readonly Dictionary<string, Value> _values = [];
        private readonly Dictionary<string, (Layer Layer, int Calls)> _layers = [];
        private readonly DefaultNames _unnamed = new();
        private Value? _last;

        public void Take(LayerSettings settings)
        {
            if (settings.Has("again"))
            {
                TakeAgain(settings);
                return;
            }

            string kind = settings.Text("kind");
            string? name = settings.Has("name") ? settings.Text("name") : null;
            if (kind == InputKind)
            {
                TakeInput(settings, name);
                return;
            }

            LayerCodec codec = LayerCodecs.Find(kind) ?? throw new InvalidDataException($"has a layer of the unknown kind {FileText.Quote(kind)}");
            Layer layer = Made(() => codec.Read(settings));
            layer.Trainable = !settings.Has("trainable") || settings.Flag("trainable");
            if (name is not null)
            {
                layer.SetName(name);
                Require(_layers.TryAdd(name, (layer, 1)), $"has two layers called {FileText.Quote(name)}");
            }
            else
            {
                name = _unnamed.Next(layer);
                _layers.TryAdd(name, (layer, 1));
            }

            Apply(layer, name, settings);
        }

        public NetworkParts Finish(IReadOnlyList<string>? outputs) =>
            new(_inputs, outputs is null ? _last is null ? [] : [_last] : [.. outputs.Select(Find)], SaysPreprocessing: true);

        private void TakeInput(LayerSettings settings, string? name)
        {
            Require(_inputs.Count < MostInputs, $"has more than {MostInputs:N0} inputs");
            int[] extents = settings.Numbers("shape", LayerSettings.LargestExtent);
            Require(extents.Length <= MostAxes, $"has an input of more than {MostAxes} axes");
            NetworkAssembly.RequireSize(extents);
            settings.RequireAllRead();
            Preprocessing prepared = preprocessing[Math.Min(_inputs.Count, preprocessing.Count - 1)];
            Value input = Made(() => Value.Input(new Shape(extents), prepared, name));
            _inputs.Add(input);
            Keep(input.Name, input);
        }

        private void TakeAgain(LayerSettings settings)
        {
            string name = settings.Text("again");
            Require(_layers.TryGetValue(name, out (Layer Layer, int Calls) found), $"applies the layer {FileText.Quote(name)} again before it is described");
            _layers[name] = (found.Layer, found.Calls + 1);
            Apply(found.Layer, $"{name}:{found.Calls}", settings);
        }

        private void Apply(Layer layer, string name, LayerSettings settings)
        {
            Value[] inputs = settings.Has("inputs")
                ? [.. settings.Texts("inputs", MostInputs).Select(Find)]
                : [_last ?? throw new InvalidDataException("describes layers that do not fit together (a network begins with an input)")];
            settings.RequireAllRead();
            try
            {
                Keep(name, _network.Apply(layer, inputs));
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException($"describes layers that do not fit together (the layer {FileText.Quote(name)}: {failure.Message.TrimEnd('.')})", failure);
            }
        }

        private void Keep(string name, Value value)
        {
            Require(_values.TryAdd(name, value), $"has two values called {FileText.Quote(name)}");
            _last = value;
        }

        private Value Find(string name) => _values.GetValueOrDefault(name)
            ?? throw new InvalidDataException($"reads {FileText.Quote(name)}, which is neither an input nor a layer before it");

        private static T Made<T>(Func<T> make)
        {
            try
            {
                return make();
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException($"describes a layer that cannot be made ({failure.Message.TrimEnd('.')})", failure);
            }
        }

        private static void Require(bool condition, string fault)
        {
            if (!condition)
            {
                throw new InvalidDataException(fault);
            }
        }
    }
}
