namespace NeuralCore.Files.Keras;

/// <summary>How a network is trained, as Keras keeps it.</summary>
internal static class KerasCompilation
{
    /// <summary>Writes it as one object.</summary>
    public static void Write(KerasWriter keras, Optimizer optimizer)
    {
        keras.Json.WriteStartObject();
        if (keras.IsKeras3)
        {
            KerasOptimizer.Write(keras, "optimizer", optimizer);
        }

        keras.Text("loss", "sparse_categorical_crossentropy");
        keras.Json.WriteStartArray("metrics");
        keras.Json.WriteStringValue("accuracy");
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
}
