using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>How a network is trained, as Keras keeps it.</summary>
internal static class KerasCompilation
{
    /// <summary>Writes it as one object.</summary>
    public static void Write(KerasWriter keras, Loss loss, Optimizer optimizer)
    {
        keras.Json.WriteStartObject();
        if (keras.IsKeras3)
        {
            KerasOptimizer.Write(keras, "optimizer", optimizer);
        }

        WriteLoss(keras, loss);
        keras.Json.WriteStartArray("metrics");
        if (loss is SparseCategoricalCrossentropy or CategoricalCrossentropy or BinaryCrossentropy)
        {
            keras.Json.WriteStringValue("accuracy");
        }

        keras.Json.WriteEndArray();
        keras.Null("loss_weights", "weighted_metrics");
        if (keras.IsKeras3)
        {
            keras.Flag("run_eagerly", false);
            keras.Number("steps_per_execution", 1);
            keras.Flag("jit_compile", true);
        }
        else
        {
            keras.Null("sample_weight_mode");
            KerasOptimizer.Write(keras, "optimizer_config", optimizer);
        }

        keras.Json.WriteEndObject();
    }

    /// <summary>The loss that a compilation names, as far as the engine has it and it is for the model's output; null for another.</summary>
    /// <remarks>
    /// Targets of one number a class are read as classes, which the engine's data has. What a softmax was added behind is no longer a logit.
    /// </remarks>
    public static Loss? Read(JsonElement compilation, Model model)
    {
        if (compilation.ValueKind != JsonValueKind.Object || !compilation.TryGetProperty("loss", out JsonElement loss))
        {
            return null;
        }

        JsonElement settings = default;
        if (loss.ValueKind == JsonValueKind.Object && loss.TryGetProperty("class_name", out JsonElement kind))
        {
            loss.TryGetProperty("config", out settings);
            loss = kind;
        }

        string name = loss.ValueKind == JsonValueKind.String ? FileText.Of(loss).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() : "";
        bool isClasses = model.Output.Shape is { Rank: 1, Count: > 1 };
        return name switch
        {
            "sparsecategoricalcrossentropy" or "categoricalcrossentropy" when isClasses =>
                new SparseCategoricalCrossentropy(fromLogits: !Ending.IsSoftmax(model.Output), labelSmoothing: Number(settings, "label_smoothing")),
            "binarycrossentropy" => new BinaryCrossentropy(Is(settings, "from_logits"), Number(settings, "label_smoothing")),
            "meansquarederror" or "mse" => new MeanSquaredError(),
            _ => null,
        };
    }

    private static void WriteLoss(KerasWriter keras, Loss loss)
    {
        bool fromLogits = loss is SparseCategoricalCrossentropy { FromLogits: true } or CategoricalCrossentropy { FromLogits: true } or BinaryCrossentropy { FromLogits: true };
        if (!fromLogits)
        {
            keras.Text("loss", loss.Name);
            return;
        }

        // A name alone means probabilities.
        keras.Json.WriteStartObject("loss");
        keras.Class("keras.losses", loss.GetType().Name);
        keras.Json.WriteStartObject("config");
        keras.Flag("from_logits", true);
        keras.Text("name", loss.Name);
        keras.Json.WriteEndObject();
        keras.Registered();
        keras.Json.WriteEndObject();
    }

    private static bool Is(JsonElement settings, string name) => settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static double Number(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out double number) && number is >= 0 and < 1 ? number : 0;
}
