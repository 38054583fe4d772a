using NeuralCore.Files.Keras;

namespace NeuralCore.Files;

/// <summary>Layers of Keras that scale and shift: at the network's beginning they prepare raw values, elsewhere they scale channels.</summary>
internal sealed class KerasScalingLayers : IKerasReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Rescaling", "Normalization"];

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        FileValue input = call.Input;
        bool isRescaling = call.Settings.ClassName == "Rescaling";
        (double[] first, double[] second) = isRescaling ? Rescaling(call) : Normalization(call);
        if (input.Raw is not { } raw)
        {
            double[] scale = isRescaling ? first : Array.ConvertAll(second, deviation => 1 / deviation);
            call.Output = Scaled(call, input, scale, isRescaling ? second : [.. first.Zip(scale, (mean, factor) => -mean * factor)]);
            return;
        }

        if (isRescaling)
        {
            raw.Rescale(first, second);
        }
        else
        {
            raw.Standardize(first, second);
        }

        call.Output = input;
    }

    /// <summary>Factor and offset.</summary>
    private static (double[] Scale, double[] Offset) Rescaling(KerasCall call)
    {
        double[] scale = call.Settings.Decimals("scale") ?? [1], offset = call.Settings.Decimals("offset") ?? [0];
        int count = Math.Max(scale.Length, offset.Length);
        return (Spread(call, "scale", scale, count), Spread(call, "offset", offset, count));
    }

    /// <summary>(x - mean) / max(sqrt(variance), 1e-7), with statistics that were given, or measured and kept as weights.</summary>
    private static (double[] Mean, double[] Deviation) Normalization(KerasCall call)
    {
        const double Least = 1e-7;
        (double[]? mean, double[]? variance) = (call.Settings.Decimals("mean"), call.Settings.Decimals("variance"));
        if (call.Settings.Flag("invert", false))
        {
            throw call.Settings.Refused("invert", "true");
        }

        if (mean is null || variance is null)
        {
            IReadOnlyList<NamedDataset> kept = call.Tensors();
            if (kept.Count < 2)
            {
                throw new InvalidDataException($"has {call.Settings.Layer} without its mean and variance");
            }

            mean = Array.ConvertAll(kept[0].Tensor.Read(), value => (double)value);
            variance = Array.ConvertAll(kept[1].Tensor.Read(), value => (double)value);
            foreach (NamedDataset tensor in kept)
            {
                call.Pass(tensor.Name, new Shape(tensor.Dataset.Extents()));
            }
        }

        int count = Math.Max(mean.Length, variance.Length);
        return (Spread(call, "mean", mean, count), [.. Spread(call, "variance", variance, count).Select(v => Math.Max(Math.Sqrt(Math.Max(v, 0)), Least))]);
    }

    private static FileValue Scaled(KerasCall call, FileValue input, double[] scale, double[] shift)
    {
        FileValue value = call.SettledAxes(input);
        if (scale.Length > 1)
        {
            call.RequireLastAxis(value);
        }

        BatchNormalization layer = call.Layer(AffineLayer.Make);
        layer.Trainable = false;
        Value y = call.Apply(layer, value.Value);
        call.Set(layer, scale, shift);
        return value.With(y);
    }

    private static double[] Spread(KerasCall call, string setting, double[] numbers, int count)
    {
        bool fits = (numbers.Length == count || numbers.Length == 1) && (count == 1 || call.Input.Dims[^1] == count) && numbers.All(double.IsFinite);
        return !fits ? throw call.Settings.Refused(setting, $"{numbers.Length} numbers, not one for each channel") : numbers.Length == count ? numbers : [.. Enumerable.Repeat(numbers[0], count)];
    }
}
