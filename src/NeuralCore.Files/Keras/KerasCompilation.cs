namespace NeuralCore.Files.Keras;

/// <summary>How a network is trained, as Keras keeps it.</summary>
internal static class KerasCompilation
{
    /// <summary>Writes it as one object.</summary>
    public static void Write(KerasWriter keras, Adam adam)
    {
        keras.Json.WriteStartObject();
        if (keras.IsKeras3)
        {
            Optimizer(keras, "optimizer", adam);
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
            Optimizer(keras, "optimizer_config", adam);
        }

        keras.Json.WriteEndObject();
    }

    private static void Optimizer(KerasWriter keras, string name, Adam adam)
    {
        keras.Json.WriteStartObject(name);
        keras.Class("keras.optimizers", "Adam");
        keras.Json.WriteStartObject("config");
        keras.Text("name", keras.IsKeras3 ? "adam" : "Adam");
        keras.Number("learning_rate", (double)(float)adam.LearningRate);
        if (keras.IsKeras3)
        {
            keras.Null("weight_decay", "clipnorm", "global_clipnorm", "clipvalue");
            keras.Flag("use_ema", false);
            keras.Number("ema_momentum", 0.99);
            keras.Null("ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps");
        }
        else
        {
            keras.Number("decay", 0.0);
        }

        keras.Number("beta_1", adam.Beta1);
        keras.Number("beta_2", adam.Beta2);
        keras.Number("epsilon", adam.Epsilon);
        keras.Flag("amsgrad", false);
        keras.Json.WriteEndObject();
        keras.Registered();
        keras.Json.WriteEndObject();
    }
}
