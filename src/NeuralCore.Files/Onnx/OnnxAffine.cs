namespace NeuralCore.Files.Onnx;

/// <summary>Scaling and shifting in the middle of a network: a normalization with fixed statistics.</summary>
internal static class OnnxAffine
{
    /// <summary>Scales and shifts all numbers alike.</summary>
    public static FileValue Apply(OnnxCall call, FileValue value, double scale, double shift) => throw call.Node.Refused("between bounds other than 0");
}
