using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NeuralCore.Files;

/// <summary>
/// An optimiser's settings as JSON, in all their digits: <c>{"name":"sgd","learning_rate":0.01,"momentum":0.9,"nesterov":true}</c>. What is off or has its
/// usual value need not be said.
/// </summary>
internal static class OptimizerText
{
    /// <summary>Whether an optimiser can be described.</summary>
    public static bool CanWrite(Optimizer optimizer) => optimizer is Adam or AdamW or RMSprop or SGD;

    /// <summary>Describes an optimiser.</summary>
    /// <exception cref="ArgumentException">It <see cref="CanWrite">cannot be described</see>.</exception>
    public static string Write(Optimizer optimizer)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, optimizer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Writes an optimiser as one object.</summary>
    /// <exception cref="ArgumentException">It <see cref="CanWrite">cannot be described</see>.</exception>
    public static void Write(Utf8JsonWriter json, Optimizer optimizer)
    {
        json.WriteStartObject();
        json.WriteString("name", optimizer.Name);
        json.WriteNumber("learning_rate", optimizer.LearningRate);
        switch (optimizer)
        {
            case Adam adam:
                WriteAdam(json, (adam.Beta1, adam.Beta2, adam.Epsilon), adam.EpsilonRule);
                break;
            case AdamW adam:
                WriteAdam(json, (adam.Beta1, adam.Beta2, adam.Epsilon), adam.EpsilonRule);
                break;
            case RMSprop rms:
                json.WriteNumber("rho", rms.Rho);
                json.WriteNumber("momentum", rms.Momentum);
                json.WriteNumber("epsilon", rms.Epsilon);
                json.WriteBoolean("centered", rms.Centered);
                WriteRule(json, rms.EpsilonRule);
                break;
            case SGD sgd:
                json.WriteNumber("momentum", sgd.Momentum);
                json.WriteBoolean("nesterov", sgd.Nesterov);
                break;
            default:
                throw new ArgumentException($"The optimiser {optimizer.GetType().Name} cannot be described.", nameof(optimizer));
        }

        WriteUnless(json, "weight_decay", optimizer.WeightDecay, 0);
        WriteUnless(json, "l2", optimizer.L2, 0);
        WriteUnless(json, "bias_rate", optimizer.BiasRate, 1);
        WriteUnless(json, "clip_value", optimizer.ClipValue ?? 0, 0);
        WriteUnless(json, "global_clip_norm", optimizer.GlobalClipNorm ?? 0, 0);
        if (optimizer.DecaysAll)
        {
            json.WriteBoolean("decays_all", true);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads a description.</summary>
    /// <exception cref="InvalidDataException">It is none; the message completes "the file ...".</exception>
    public static Optimizer Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("has optimiser settings that are not valid JSON", failure);
        }
    }

    /// <summary>Reads a description.</summary>
    /// <exception cref="InvalidDataException">It is none; the message completes "the file ...".</exception>
    public static Optimizer Read(JsonElement element)
    {
        var settings = new LayerSettings(element);
        try
        {
            string name = settings.Text("name");
            double rate = settings.Real("learning_rate");
            Common common = Common.Read(settings);
            Optimizer read = name switch
            {
                "adam" => common.Of(settings, rate),
                "adamw" => common.OfAdamW(settings, rate),
                "rmsprop" => common.OfRms(settings, rate),
                "sgd" => common.OfSgd(settings, rate),
                _ => throw new InvalidDataException($"was trained by the unknown optimiser {FileText.Quote(name)}"),
            };
            settings.RequireAllRead();
            return read;
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"has optimiser settings that cannot be used ({failure.Message.Split('\n')[0].TrimEnd('.')})", failure);
        }
    }

    /// <summary>Reads the settings of Adam as earlier versions of this program kept them: learning rate, beta 1, beta 2 and epsilon, with a space between them.</summary>
    /// <exception cref="InvalidDataException">These are none; the message completes "the file ...".</exception>
    public static Adam ReadFourNumbers(string text)
    {
        double[] numbers = [.. text.Split(' ', 5).Select(word =>
            double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        try
        {
            if (numbers is [var rate, var beta1, var beta2, var epsilon])
            {
                return new Adam(rate, beta1, beta2, epsilon);
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // Said below, in words about the file.
        }

        throw new InvalidDataException($"has {FileText.Quote(text)} for Adam's settings, which are four numbers");
    }

    private static void WriteAdam(Utf8JsonWriter json, (double Beta1, double Beta2, double Epsilon) adam, EpsilonRule rule)
    {
        json.WriteNumber("beta_1", adam.Beta1);
        json.WriteNumber("beta_2", adam.Beta2);
        json.WriteNumber("epsilon", adam.Epsilon);
        WriteRule(json, rule);
    }

    private static void WriteRule(Utf8JsonWriter json, EpsilonRule rule)
    {
        if (rule != EpsilonRule.Keras)
        {
            json.WriteString("epsilon_rule", LayerSettings.Name(rule));
        }
    }

    private static void WriteUnless(Utf8JsonWriter json, string name, double value, double usual)
    {
        if (value != usual)
        {
            json.WriteNumber(name, value);
        }
    }

    /// <summary>What every optimiser can have.</summary>
    private sealed record Common(double WeightDecay, double L2, double BiasRate, double? ClipValue, double? GlobalClipNorm, bool DecaysAll, EpsilonRule Rule)
    {
        public static Common Read(LayerSettings settings) => new(
            settings.RealOr("weight_decay", 0), settings.RealOr("l2", 0), settings.RealOr("bias_rate", 1),
            settings.Has("clip_value") ? settings.Real("clip_value") : null,
            settings.Has("global_clip_norm") ? settings.Real("global_clip_norm") : null, settings.FlagOr("decays_all", false),
            settings.Has("epsilon_rule") ? settings.Choice<EpsilonRule>("epsilon_rule") : EpsilonRule.Keras);

        public Adam Of(LayerSettings settings, double rate) => new(rate, settings.Real("beta_1"), settings.Real("beta_2"), settings.Real("epsilon"))
        {
            WeightDecay = WeightDecay,
            L2 = L2,
            BiasRate = BiasRate,
            ClipValue = ClipValue,
            GlobalClipNorm = GlobalClipNorm,
            DecaysAll = DecaysAll,
            EpsilonRule = Rule,
        };

        public AdamW OfAdamW(LayerSettings settings, double rate) => new(rate, WeightDecay, settings.Real("beta_1"), settings.Real("beta_2"), settings.Real("epsilon"))
        {
            L2 = L2,
            BiasRate = BiasRate,
            ClipValue = ClipValue,
            GlobalClipNorm = GlobalClipNorm,
            DecaysAll = DecaysAll,
            EpsilonRule = Rule,
        };

        public RMSprop OfRms(LayerSettings settings, double rate) => new(rate, settings.Real("rho"), settings.Real("momentum"), settings.Real("epsilon"), settings.FlagOr("centered", false))
        {
            WeightDecay = WeightDecay,
            L2 = L2,
            BiasRate = BiasRate,
            ClipValue = ClipValue,
            GlobalClipNorm = GlobalClipNorm,
            DecaysAll = DecaysAll,
            EpsilonRule = Rule,
        };

        public SGD OfSgd(LayerSettings settings, double rate) => new(rate, settings.Real("momentum"), settings.FlagOr("nesterov", false))
        {
            WeightDecay = WeightDecay,
            L2 = L2,
            BiasRate = BiasRate,
            ClipValue = ClipValue,
            GlobalClipNorm = GlobalClipNorm,
            DecaysAll = DecaysAll,
        };
    }
}
