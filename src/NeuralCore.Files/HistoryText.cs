using System.Buffers;
using System.Text;
using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// Learning curves as a text among a model's metadata, by column as Keras's <c>History.history</c> has them:
/// <c>{"loss":[0.2,0.1],"accuracy":[0.93,0.97],"val_loss":[0.1,0.1],"val_accuracy":[0.97,0.98]}</c>. Numbers keep every digit; null
/// is a loss that was no number. A column <c>learning_rate</c> may follow, with the same number of values for each epoch.
/// </summary>
public static class HistoryText
{
    /// <summary>The name of the text among the metadata.</summary>
    public const string Key = "history";

    private const int MostEpochs = 1_000_000;

    /// <summary>Writes the curves.</summary>
    public static string Write(LearningCurves curves)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteColumn(json, "loss", curves.Loss);
            WriteColumn(json, "accuracy", curves.Accuracy);
            WriteColumn(json, "val_loss", curves.ValidationLoss);
            WriteColumn(json, "val_accuracy", curves.ValidationAccuracy);
            WriteColumn(json, "learning_rate", curves.LearningRate);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the curves.</summary>
    /// <exception cref="InvalidDataException">The text holds no curves; the message completes "the file ...".</exception>
    public static LearningCurves Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            Require(document.RootElement.ValueKind == JsonValueKind.Object);
            double[]? loss = ReadColumn(document.RootElement, "loss");
            double[]? accuracy = ReadColumn(document.RootElement, "accuracy");
            double[]? validationLoss = ReadColumn(document.RootElement, "val_loss");
            double[]? validationAccuracy = ReadColumn(document.RootElement, "val_accuracy");
            Require(loss is not null && accuracy?.Length == loss.Length && validationLoss?.Length == validationAccuracy?.Length);
            Require(validationLoss is null || validationLoss.Length == loss!.Length);
            double[]? learningRate = ReadColumn(document.RootElement, "learning_rate");
            Require(learningRate is null || (learningRate.Length >= loss!.Length && learningRate.Length % Math.Max(1, loss.Length) == 0));
            return new LearningCurves(loss!, accuracy!, validationLoss, validationAccuracy) { LearningRate = learningRate };
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("has a training history that is not valid JSON", failure);
        }
    }

    private static void WriteColumn(Utf8JsonWriter json, string name, IReadOnlyList<double>? values)
    {
        if (values is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private static double[]? ReadColumn(JsonElement history, string name)
    {
        if (!history.TryGetProperty(name, out JsonElement column))
        {
            return null;
        }

        Require(column.ValueKind == JsonValueKind.Array && column.GetArrayLength() <= MostEpochs);
        return [.. column.EnumerateArray().Select(ReadValue)];
    }

    private static double ReadValue(JsonElement element)
    {
        double value = double.NaN;
        Require(element.ValueKind == JsonValueKind.Null || (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value)));
        return value;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException("has a training history that is not made of columns of equally many numbers");
        }
    }
}
