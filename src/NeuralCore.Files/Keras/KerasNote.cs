using System.Buffers;
using System.Text;
using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>
/// What this program keeps in a Keras file that Keras has no place for and passes over: how raw values are prepared, the epochs
/// trained, the exact learning rate, and the caller's texts. It stands in the root's attribute <c>neuralcore</c> of an <c>.h5</c>
/// file, and under that name in the <c>metadata.json</c> of a <c>.keras</c> file.
/// </summary>
/// <param name="Preprocessing">How raw values are prepared, of each input.</param>
/// <param name="Steps">The steps taken, where the file holds what the optimiser keeps under names of this program's.</param>
/// <param name="Epochs">The epochs begun.</param>
/// <param name="LearningRate">The learning rate in double, of which Keras keeps a float32.</param>
/// <param name="Optimizer">The optimiser in all its settings, some of which Keras does not have; null in files of earlier versions.</param>
/// <param name="Metadata">The caller's texts.</param>
internal sealed record KerasNote(IReadOnlyList<Preprocessing> Preprocessing, long Steps, int Epochs, double? LearningRate, Optimizer? Optimizer, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The name of the attribute.</summary>
    public const string Key = "neuralcore";

    /// <summary>Writes the note of a model.</summary>
    public static void Write(Utf8JsonWriter json, WrittenModel written)
    {
        json.WriteStartObject();
        json.WriteString("preprocessing", PreprocessingText.Write(written.Model));
        if (written.Optimizer is { } optimizer)
        {
            json.WriteNumber("steps", written.Model.Steps);
            json.WriteNumber("epochs", written.Model.Epochs);
            json.WriteNumber("learning_rate", optimizer.LearningRate);
            json.WritePropertyName("optimizer");
            OptimizerText.Write(json, optimizer);
        }

        json.WriteStartObject("metadata");
        foreach ((string key, string text) in written.Metadata)
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the note of a model as a text of its own.</summary>
    public static string Write(WrittenModel written)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, written);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a note.</summary>
    /// <exception cref="InvalidDataException">It is not one of this program's.</exception>
    public static KerasNote Read(JsonElement note)
    {
        if (note.ValueKind != JsonValueKind.Object || !note.TryGetProperty("preprocessing", out JsonElement name) || name.ValueKind != JsonValueKind.String)
        {
            throw new InvalidDataException($"has a '{Key}' without a known preprocessing");
        }

        long steps = note.TryGetProperty("steps", out JsonElement taken) && taken.ValueKind == JsonValueKind.Number && taken.TryGetInt64(out long done) ? done : 0;
        int epochs = note.TryGetProperty("epochs", out JsonElement count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out int begun) ? Math.Max(begun, 0) : 0;
        double? rate = note.TryGetProperty("learning_rate", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out double exact) ? exact : null;
        Optimizer? optimizer = note.TryGetProperty("optimizer", out JsonElement described) ? OptimizerText.Read(described) : null;
        var texts = new Dictionary<string, string>();
        if (note.TryGetProperty("metadata", out JsonElement metadata) && metadata.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty text in metadata.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String))
            {
                texts.Add(FileText.NameOf(text), FileText.Of(text.Value));
            }
        }

        return new KerasNote(PreprocessingText.Read(FileText.Of(name)), steps, epochs, rate, optimizer, texts);
    }

    /// <summary>The optimiser of a file with what this note knows better, unless its rate has been changed since.</summary>
    public Optimizer? Refine(Optimizer? optimizer)
    {
        if (optimizer is null || LearningRate is not { } rate || !(rate > 0) || !double.IsFinite(rate) || (float)rate != (float)optimizer.LearningRate)
        {
            return optimizer;
        }

        if (Optimizer is { } exact && (exact.GetType() == optimizer.GetType() || (exact is AdamW && optimizer is Adam)))
        {
            optimizer = exact;
        }

        optimizer.LearningRate = rate;
        return optimizer;
    }
}
