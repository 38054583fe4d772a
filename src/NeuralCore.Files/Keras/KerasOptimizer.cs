using System.Text.Json;

namespace NeuralCore.Files.Keras;

/// <summary>An optimiser as Keras's configurations describe it.</summary>
internal static class KerasOptimizer
{
    private const string Custom = "Custom>";

    /// <summary>Reads a description.</summary>
    /// <param name="optimizer">The object with <c>class_name</c> and <c>config</c>.</param>
    /// <returns>Null for an optimiser that the engine does not have, or has not with these settings; then the class as a remark names it.</returns>
    public static (Optimizer? Optimizer, string? Unknown) Read(JsonElement optimizer)
    {
        if (optimizer.ValueKind != JsonValueKind.Object || !optimizer.TryGetProperty("class_name", out JsonElement kind) || kind.ValueKind != JsonValueKind.String
            || !optimizer.TryGetProperty("config", out JsonElement config) || config.ValueKind != JsonValueKind.Object)
        {
            return (null, null);
        }

        string name = FileText.Of(kind);
        name = name.StartsWith(Custom, StringComparison.Ordinal) ? name[Custom.Length..] : name;
        try
        {
            return Make(name, config) is { } made ? (made, null) : (null, name);
        }
        catch (ArgumentException)
        {
            return (null, name);
        }
    }

    /// <summary>The class that Keras has for an optimiser.</summary>
    public static string ClassOf(Optimizer optimizer) => optimizer.GetType().Name;

    /// <summary>The name that Keras gives it, in the files of a version.</summary>
    public static string NameOf(Optimizer optimizer, bool isKeras3) => !isKeras3 ? ClassOf(optimizer) : optimizer is AdamW ? "adam_w" : optimizer.Name;

    /// <summary>Writes a description.</summary>
    /// <param name="keras">Takes it.</param>
    /// <param name="property">The property that it becomes.</param>
    /// <param name="optimizer">The optimiser.</param>
    public static void Write(KerasWriter keras, string property, Optimizer optimizer)
    {
        keras.Json.WriteStartObject(property);

        // Keras 2.4 has no AdamW, and other versions of Keras 2 keep it elsewhere; Adam is what it becomes without its decay.
        bool isPlain = optimizer is AdamW && !keras.IsKeras3;
        keras.Class("keras.optimizers", isPlain ? "Adam" : ClassOf(optimizer));
        keras.Json.WriteStartObject("config");
        keras.Text("name", isPlain ? "Adam" : NameOf(optimizer, keras.IsKeras3));
        keras.Number("learning_rate", (double)(float)optimizer.LearningRate);
        if (keras.IsKeras3)
        {
            Number(keras, "weight_decay", optimizer.WeightDecay > 0 || optimizer is AdamW ? optimizer.WeightDecay : null);
            keras.Null("clipnorm");
            Number(keras, "global_clipnorm", optimizer.GlobalClipNorm);
            Number(keras, "clipvalue", optimizer.ClipValue);
            keras.Flag("use_ema", false);
            keras.Number("ema_momentum", 0.99);
            keras.Null("ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps");
        }
        else
        {
            keras.Number("decay", 0.0);
        }

        switch (optimizer)
        {
            case Adam adam:
                Moments(keras, adam.Beta1, adam.Beta2, adam.Epsilon);
                break;
            case AdamW adam:
                Moments(keras, adam.Beta1, adam.Beta2, adam.Epsilon);
                break;
            case RMSprop rms:
                keras.Number("rho", rms.Rho);
                keras.Number("momentum", rms.Momentum);
                keras.Number("epsilon", rms.Epsilon);
                keras.Flag("centered", rms.Centered);
                break;
            case SGD sgd:
                keras.Number("momentum", sgd.Momentum);
                keras.Flag("nesterov", sgd.Nesterov);
                break;
        }

        keras.Json.WriteEndObject();
        keras.Registered();
        keras.Json.WriteEndObject();
    }

    private static void Moments(KerasWriter keras, double beta1, double beta2, double epsilon)
    {
        keras.Number("beta_1", beta1);
        keras.Number("beta_2", beta2);
        keras.Number("epsilon", epsilon);
        keras.Flag("amsgrad", false);
    }

    private static void Number(KerasWriter keras, string name, double? value)
    {
        if (value is { } number)
        {
            keras.Number(name, number);
        }
        else
        {
            keras.Null(name);
        }
    }

    private static Optimizer? Make(string name, JsonElement config)
    {
        if (Is(config, "amsgrad") || Is(config, "use_ema") || Optional(config, "clipnorm") is not null || Number(config, "decay", 0) != 0)
        {
            return null;
        }

        double rate = KerasText.Shortest(Number(config, "learning_rate", Number(config, "lr", 0.001)));
        double? clip = Optional(config, "clipvalue"), globalClip = Optional(config, "global_clipnorm");
        double epsilon = KerasText.Shortest(Number(config, "epsilon", 1e-7)), momentum = KerasText.Shortest(Number(config, "momentum", 0)), decay = Number(config, "weight_decay", 0);
        double beta1 = KerasText.Shortest(Number(config, "beta_1", 0.9)), beta2 = KerasText.Shortest(Number(config, "beta_2", 0.999));

        // Keras's decay takes all weights, biases too.
        return name switch
        {
            "Adam" => new Adam(rate, beta1, beta2, epsilon) { WeightDecay = decay, DecaysAll = true, ClipValue = clip, GlobalClipNorm = globalClip },
            "AdamW" => new AdamW(rate, Number(config, "weight_decay", 0.004), beta1, beta2, epsilon) { DecaysAll = true, ClipValue = clip, GlobalClipNorm = globalClip },
            "RMSprop" => new RMSprop(rate, KerasText.Shortest(Number(config, "rho", 0.9)), momentum, epsilon, Is(config, "centered"))
            {
                WeightDecay = decay,
                DecaysAll = true,
                ClipValue = clip,
                GlobalClipNorm = globalClip,
            },
            "SGD" => new SGD(rate, momentum, momentum > 0 && Is(config, "nesterov")) { WeightDecay = decay, DecaysAll = true, ClipValue = clip, GlobalClipNorm = globalClip },
            _ => null,
        };
    }

    private static bool Is(JsonElement config, string name) => config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static double? Optional(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;

    private static double Number(JsonElement config, string name, double fallback) => Optional(config, name) ?? fallback;
}
