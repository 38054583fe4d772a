namespace NeuralCore.Files.Onnx;

/// <summary>What is added to each channel of a convolution's output: an input of the node, or an addition behind it.</summary>
internal static class OnnxBias
{
    /// <summary>Finds it; null if there is none.</summary>
    /// <param name="call">The node; an addition behind it is taken with it.</param>
    /// <param name="filters">The channels of the output.</param>
    public static OnnxConstant? Find(OnnxCall call, int filters)
    {
        OnnxConstant? bias = call.Has(2) ? call.Required(2) : null;
        return bias is null && call.Follow(next => next.Op == "Add" && Added(call, next, filters) is not null) is { } add ? Added(call, add, filters) : bias;
    }

    /// <summary>What is added to each channel of an image; null for an addition of something else.</summary>
    private static OnnxConstant? Added(OnnxCall call, OnnxNode add, int filters) => add.Inputs.Select(call.ConstantOf).FirstOrDefault(constant => constant is not null) is { } bias
        && bias.Count == filters && (bias.Dims is [_, 1, 1] or [1, _, 1, 1]) ? bias : null;
}
