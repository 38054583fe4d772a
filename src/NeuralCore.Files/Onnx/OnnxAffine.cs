namespace NeuralCore.Files.Onnx;

/// <summary>
/// Scaling and shifting in the middle of a network, of all numbers alike or of each channel: exporters write a normalization so. It becomes one whose
/// statistics stay as they are.
/// </summary>
internal static class OnnxAffine
{
    /// <summary>Scales and shifts all numbers alike.</summary>
    public static FileValue Apply(OnnxCall call, FileValue value, double scale, double shift) => Apply(call, value, [scale], [shift]);

    /// <summary>Scales and shifts.</summary>
    /// <param name="call">The node.</param>
    /// <param name="value">What is scaled.</param>
    /// <param name="scale">One number for all, or one a channel, in the engine's order.</param>
    /// <param name="shift">The same.</param>
    public static FileValue Apply(OnnxCall call, FileValue value, double[] scale, double[] shift)
    {
        BatchNormalization norm = call.New(AffineLayer.Make());
        value = call.Settled(value);
        Value y = call.Apply(norm, value.Dims.Length == 1 ? call.Vector(value) : value.Value);
        call.Set(norm, scale, shift);
        return value.With(y);
    }
}
