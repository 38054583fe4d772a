using NeuralCore.Files.Keras;

namespace NeuralCore.Files;

/// <summary>Layers of Keras that scale and shift: at the network's beginning they prepare raw values, elsewhere they scale channels.</summary>
internal sealed class KerasScalingLayers : IKerasReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Rescaling", "Normalization"];

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call) => call.Output = call.Settings.ClassName == "Rescaling" ? Rescaled(call) : Normalized(call);

    private static FileValue Rescaled(KerasCall call)
    {
        (double[] scale, double[] offset) = Rescaling(call);
        if (call.Input.Raw is not { } raw)
        {
            return Scaled(call, scale, offset);
        }

        raw.Rescale(scale, offset);
        return call.Input;
    }

    private static FileValue Normalized(KerasCall call)
    {
        (double[] mean, double[] deviation) = Normalization(call);
        if (call.Input.Raw is not { } raw)
        {
            return Scaled(call, Array.ConvertAll(deviation, d => 1 / d), [.. mean.Zip(deviation, (m, d) => -m / d)]);
        }

        raw.Standardize(mean, deviation);
        return call.Input;
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

    private static FileValue Scaled(KerasCall call, double[] scale, double[] shift)
    {
        FileValue value = call.SettledAxes(call.Input);
        if (scale.Length > 1)
        {
            call.RequireLastAxis(value);
        }

        // What Keras says of its own layer, that it may be trained, is not for this one.
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
