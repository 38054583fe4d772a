using System.Buffers;
using System.Text;
using System.Text.Json;
using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>
/// A network's layers as JSON: <c>{"layers":[{"kind":"input","shape":[28,28,1]},{"kind":"dense","units":10,"activation":"softmax"}]}</c>.
/// Kinds and settings are named as Keras names them. How raw values are prepared is not in it; it is stored beside it.
/// </summary>
internal static class ArchitectureJson
{
    // Far above any network that fits in memory, and low enough that no sum or product of sizes overflows.
    private const int MostLayers = 1_000;
    private const int MostLetters = 1 << 20;
    private const int LargestWindow = 255;
    private const int LargestExtent = 32_767;
    private const int LargestWidth = 1 << 20;

    /// <summary>Describes the layers of a network.</summary>
    /// <exception cref="NotSupportedException">A layer is of a kind that has no description.</exception>
    public static string Write(IEnumerable<Layer> layers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("layers");
            foreach (Layer layer in layers)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", layer.Kind);
                WriteSettings(writer, layer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Makes the layers that a description names.</summary>
    /// <param name="json">The description.</param>
    /// <param name="preprocessing">How the network's input is prepared.</param>
    /// <exception cref="InvalidDataException">It describes no network that can be made; the message completes "the file ...".</exception>
    public static Layer[] Read(string json, Preprocessing preprocessing)
    {
        if (json.Length > MostLetters)
        {
            throw new InvalidDataException($"has an architecture of more than {MostLetters:N0} letters");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = new LayerSettings(document.RootElement);
            Layer[] layers = [.. root.List("layers", MostLayers).Select(element => ReadLayer(new LayerSettings(element), preprocessing))];
            root.RequireAllRead();
            return layers;
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("has an architecture that is no valid JSON", failure);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"describes a layer that can not be made ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private static void WriteSettings(Utf8JsonWriter writer, Layer layer)
    {
        switch (layer)
        {
            case Input input:
                writer.WriteStartArray("shape");
                foreach (int extent in input.Shape.Extents)
                {
                    writer.WriteNumberValue(extent);
                }

                writer.WriteEndArray();
                break;
            case Conv2D conv:
                writer.WriteNumber("filters", conv.Filters);
                writer.WriteNumber("kernel_size", conv.KernelSize.Height);
                writer.WriteNumber("stride", conv.Strides.Height);
                writer.WriteString("padding", LayerSettings.Name(conv.Padding));
                writer.WriteString("activation", LayerSettings.Name(conv.Activation));
                break;
            case MaxPooling2D pool:
                writer.WriteNumber("pool_size", pool.PoolSize.Height);
                writer.WriteNumber("stride", pool.Strides.Height);
                writer.WriteString("padding", LayerSettings.Name(pool.Padding));
                break;
            case Dense dense:
                writer.WriteNumber("units", dense.Units);
                writer.WriteString("activation", LayerSettings.Name(dense.Activation));
                break;
            case Dropout dropout:
                writer.WriteNumber("rate", dropout.Rate);
                break;
            case Flatten or ReLU:
                break;
            default:
                throw new NotSupportedException($"A layer of type {layer.GetType().Name} can not be written to a model file yet.");
        }
    }

    private static Layer ReadLayer(LayerSettings settings, Preprocessing preprocessing)
    {
        string kind = settings.Text("kind");
        Layer layer = kind switch
        {
            "input" => new Input(new Shape(settings.Numbers("shape", LargestExtent)), preprocessing),
            "conv2d" => new Conv2D(
                settings.Number("filters", LargestWidth), settings.Number("kernel_size", LargestWindow), settings.Number("stride", LargestExtent),
                settings.Choice<Padding>("padding"), settings.Choice<Activation>("activation")),
            "max_pooling2d" => new MaxPooling2D(
                settings.Number("pool_size", LargestWindow), settings.Number("stride", LargestExtent), settings.Choice<Padding>("padding")),
            "dense" => new Dense(settings.Number("units", LargestWidth), settings.Choice<Activation>("activation")),
            "dropout" => new Dropout(settings.Fraction("rate")),
            "flatten" => new Flatten(),
            "re_lu" => new ReLU(),
            _ => throw new InvalidDataException($"has a layer of the unknown kind {FileText.Quote(kind)}"),
        };
        settings.RequireAllRead();
        return layer;
    }
}
