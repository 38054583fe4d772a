using System.Text.RegularExpressions;

namespace NeuralCore.Files.Onnx;

/// <summary>What names in a graph tell about layers.</summary>
internal static partial class OnnxNames
{
    /// <summary>The layer of a weight's name; null where it tells none that a reader would know.</summary>
    public static string? LayerOf(string weight)
    {
        string[] parts = [.. weight.Split('.', '/', ':').Where(part => part.Length > 0 && !Weight().IsMatch(part))];
        string name = NoLetter().Replace(string.Join('_', parts), "_");
        return name.Length is > 0 and <= 60 && char.IsAsciiLetter(name[0]) && !Numbered().IsMatch(name) ? name : null;
    }

    // What stands for the weight and for the exporter, not for the layer.
    [GeneratedRegex("^(weight|bias|kernel|ReadVariableOp|BiasAdd|Conv2D|MatMul|Cast|Transpose|const_fold_opt__?[0-9]+|new_shape__?[0-9]+|_?[0-9]+)$")]
    private static partial Regex Weight();

    [GeneratedRegex("[^A-Za-z0-9_]+")]
    private static partial Regex NoLetter();

    // onnx::MatMul_12 and val_3 are numbers, not names.
    [GeneratedRegex("^(onnx|val|t|node)_")]
    private static partial Regex Numbered();
}
