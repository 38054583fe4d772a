using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>Which Keras a description is written for.</summary>
internal enum KerasLayout
{
    /// <summary>As Keras 2.4 writes: every Keras from that one on reads it.</summary>
    Keras2,

    /// <summary>As Keras 3 writes in a <c>.keras</c> archive: with the module of each object, and the shape that it was built for.</summary>
    Keras3,
}

/// <summary>Who writes a layer of the engine as one of Keras.</summary>
internal interface IKerasWriter
{
    /// <summary>The layer's class in Keras.</summary>
    string KerasClass { get; }

    /// <summary>Whether Keras 3 says for which shape it was built.</summary>
    bool IsBuilt { get; }

    /// <summary>What Keras calls a weight of the layer.</summary>
    string KerasName(Weight weight, bool isKeras3);

    /// <summary>Writes the layer's settings, without name and type.</summary>
    void WriteKeras(Layer layer, KerasWriter keras);
}

/// <summary>Takes the settings of layers as Keras names them.</summary>
/// <param name="json">Receives the description.</param>
/// <param name="layout">Which Keras it is for.</param>
internal sealed class KerasWriter(Utf8JsonWriter json, KerasLayout layout)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the description is for Keras 3.</summary>
    public bool IsKeras3 => layout == KerasLayout.Keras3;

    /// <summary>Receives the description.</summary>
    public Utf8JsonWriter Json => json;

    /// <summary>The shape of the first input of the layer that is written.</summary>
    public Shape InputShape { get; set; }

    /// <summary>Makes a text of what is written.</summary>
    public static byte[] Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a whole number.</summary>
    public void Number(string name, int value) => json.WriteNumber(name, value);

    /// <summary>Writes a number, with a point even where it is whole, as Python does.</summary>
    public void Number(string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value == Math.Floor(value) && Math.Abs(value) < 1e15 ? FormattableString.Invariant($"{value:0.0}") : FormattableString.Invariant($"{value:R}"), skipInputValidation: true);
    }

    /// <summary>Writes a text.</summary>
    public void Text(string name, string value) => json.WriteString(name, value);

    /// <summary>Writes whether something is on.</summary>
    public void Flag(string name, bool value) => json.WriteBoolean(name, value);

    /// <summary>Writes that something is not set.</summary>
    public void Null(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes a list of whole numbers.</summary>
    public void Numbers(string name, params ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes two numbers along the axes of an image.</summary>
    public void Size(string name, Size2D size) => Numbers(name, size.Height, size.Width);

    /// <summary>Writes how windows meet the border. Padding in pixels is a layer of its own in Keras, which stands before this one.</summary>
    public void Padding(Padding padding, Border? explicitPadding) => Text("padding", LayerSettings.Name(explicitPadding is null ? padding : NeuralCore.Padding.Valid));

    /// <summary>Writes an activation by its name.</summary>
    public void Activation(Activation activation) => json.WriteString("activation", KerasActivations.NameOf(activation, IsKeras3));

    /// <summary>Writes how first values are made.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="className">The initialiser's class.</param>
    public void Initializer(string name, string className)
    {
        json.WriteStartObject(name);
        Class("keras.initializers", className);
        json.WriteStartObject("config");
        if (className == "GlorotUniform")
        {
            json.WriteNull("seed");
            if (IsKeras3)
            {
                Null("input_axes", "output_axes");
            }
        }

        json.WriteEndObject();
        Registered();
        json.WriteEndObject();
    }

    /// <summary>Writes an object's class, and for Keras 3 its module.</summary>
    public void Class(string module, string className)
    {
        if (IsKeras3)
        {
            json.WriteString("module", module);
        }

        json.WriteString("class_name", className);
    }

    /// <summary>Writes that an object is none of the user's own.</summary>
    public void Registered(string? name = null)
    {
        if (IsKeras3)
        {
            json.WriteString("registered_name", name);
        }
    }

    /// <summary>Writes the type of a layer's numbers: Keras 3 writes an object where Keras 2 writes a name.</summary>
    public void DataType()
    {
        if (!IsKeras3)
        {
            json.WriteString("dtype", "float32");
            return;
        }

        json.WriteStartObject("dtype");
        Class("keras", "DTypePolicy");
        json.WriteStartObject("config");
        json.WriteString("name", "float32");
        json.WriteEndObject();
        Registered();
        json.WriteEndObject();
    }

    /// <summary>Writes the shape of a batch.</summary>
    public void Batch(string name, Shape shape)
    {
        json.WriteStartArray(name);
        json.WriteNullValue();
        foreach (int extent in shape.Extents)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes for which shapes an object was built; null without any.</summary>
    public void Built(params ReadOnlySpan<Shape> inputs)
    {
        if (!IsKeras3)
        {
            return;
        }

        json.WriteStartObject("build_config");
        if (inputs.Length == 1)
        {
            Batch("input_shape", inputs[0]);
        }
        else if (inputs.Length == 0)
        {
            json.WriteNull("input_shape");
        }
        else
        {
            json.WriteStartArray("input_shape");
            foreach (Shape shape in inputs)
            {
                json.WriteStartArray();
                json.WriteNullValue();
                foreach (int extent in shape.Extents)
                {
                    json.WriteNumberValue(extent);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
