namespace NeuralCore.Files.Onnx;

/// <summary>What a Constant node holds: a tensor, or numbers as an attribute.</summary>
internal static class OnnxConstantNode
{
    /// <summary>Reads it.</summary>
    public static OnnxConstant Read(OnnxNode node, OnnxExternalFiles files)
    {
        if (node.Tensor("value") is { } tensor)
        {
            return tensor.Constant(files);
        }

        if (node.Integers("value_ints") is { } integers)
        {
            return OnnxConstant.Of([integers.Count], [.. integers]);
        }

        if (node.Numbers("value_floats") is { } numbers)
        {
            return OnnxConstant.Lazy([numbers.Count], () => [.. numbers], "", 0);
        }

        if (node.Has("value_int"))
        {
            return OnnxConstant.Of([], [node.Integer("value_int", 0)]);
        }

        return node.Has("value_float") ? OnnxConstant.Lazy([], () => [node.Number("value_float", 0)], "", 0) : throw node.Refused("without a tensor");
    }
}
