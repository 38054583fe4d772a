namespace NeuralCore.Files.Onnx;

/// <summary>Scaling and shifting in the middle of a network.</summary>
internal static class OnnxAffine
{
    /// <summary>Scales and shifts all numbers alike.</summary>
    public static FileValue Apply(OnnxCall call, FileValue value, double scale, double shift) => Apply(call, value, [scale], [shift]);

    /// <summary>Scales and shifts.</summary>
    public static FileValue Apply(OnnxCall call, FileValue value, double[] scale, double[] shift) =>
        throw call.Node.Refused($"by constants in the middle of the network ({value.Count} numbers, {scale.Length} factors, {shift.Length} shifts)");
}
