namespace NeuralCore.Files.Onnx;

/// <summary>Activations as nodes of ONNX.</summary>
internal static class OnnxActivations
{
    /// <summary>Writes one as the last of a layer's nodes.</summary>
    public static void Write(OnnxCallWriter call, Activation activation, string input, bool isFirst)
    {
        switch (activation)
        {
            case Activation.Relu:
                call.Give(isFirst, "Relu", [input]);
                break;
            case Activation.Softmax:
                call.Give(isFirst, "Softmax", [input]);
                break;
            default:
                throw new NotSupportedException($"The activation {activation} can not be written to an ONNX file.");
        }
    }

    /// <summary>The activation that a layer's nodes are followed by, as far as the layer can have it itself.</summary>
    public static Activation Follow(OnnxCall call, bool mayBeSoftmax)
    {
        if (call.Follow(node => node.Op == "Relu") is { } relu)
        {
            relu.RequireAllAsked();
            return Activation.Relu;
        }

        if (mayBeSoftmax && call.Follow(node => node.Op == "Softmax" && node.Integer("axis", -1) is 1 or -1) is { } softmax)
        {
            softmax.RequireAllAsked();
            return Activation.Softmax;
        }

        return Activation.Linear;
    }
}
