namespace NeuralCore.Files.Onnx;

/// <summary>Functions that exporters write as several nodes, since their version of ONNX has no operation for them: they are read as one.</summary>
internal sealed partial class OnnxPatterns
{
    // How far numbers of a formula may be rounded.
    private const double Hair = 1e-4;

    private readonly List<OnnxNode> _nodes;
    private readonly Func<string, OnnxConstant?> _constant;
    private readonly Dictionary<string, OnnxNode> _makers;

    /// <summary>Takes a graph.</summary>
    /// <param name="nodes">The nodes, in the order in which they compute.</param>
    /// <param name="constant">A constant by its name; null for anything else.</param>
    public OnnxPatterns(List<OnnxNode> nodes, Func<string, OnnxConstant?> constant)
    {
        (_nodes, _constant) = (nodes, constant);
        _makers = nodes.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node)))
            .DistinctBy(pair => pair.output).ToDictionary(pair => pair.output, pair => pair.node);
    }

    /// <summary>The nodes, with one for each function that stands in several.</summary>
    public List<OnnxNode> Joined()
    {
        // What was joined leaves its inner nodes behind, which nothing reads any more and which are passed over.
        return [.. _nodes.Select(node => Function(node) ?? LayerNormalization(node) ?? node)];
    }

    /// <summary>The normalization that ends in a node; null for any other node. Factors and offsets are taken with it where they are constant.</summary>
    private OnnxNode? LayerNormalization(OnnxNode last)
    {
        if (last.Op is not ("Add" or "Mul" or "Div"))
        {
            return null;
        }

        (string? beta, OnnxNode? product) = last.Op == "Add" ? WithConstant(last) : (null, last);
        (string? gamma, OnnxNode? core) = product is { Op: "Mul" } && WithConstant(product) is ({ } factor, { } inner) ? (factor, inner) : (null, product);
        return core is not null && Normalized(core) is (var x, var axes, var epsilon)
            ? last.As("LayerNormalization", [x, gamma ?? "", beta ?? ""], OnnxAttribute.Of("axes", axes), OnnxAttribute.Of("epsilon", epsilon))
            : null;
    }

    /// <summary>The constant that a node of two inputs takes, and the maker of the other one.</summary>
    private (string? Constant, OnnxNode? Other) WithConstant(OnnxNode node) => node.Inputs is not [var left, var right] ? default
        : _constant(right) is not null ? (right, Maker(left)) : _constant(left) is not null ? (left, Maker(right)) : default;

    /// <summary>The x, axes and epsilon of (x - mean) / sqrt(mean of (x - mean)^2 + epsilon), whose root may be the factor 1 / sqrt, too.</summary>
    private (string X, IReadOnlyList<long> Axes, float Epsilon)? Normalized(OnnxNode quotient)
    {
        if (quotient.Inputs is not [var first, var second])
        {
            return null;
        }

        (string deviation, OnnxNode? root) = quotient.Op switch
        {
            "Div" => (first, Maker(second, "Sqrt")),
            "Mul" when Maker(second, "Reciprocal") is { Inputs: [var of] } => (first, Maker(of, "Sqrt")),
            "Mul" when Maker(first, "Reciprocal") is { Inputs: [var of] } => (second, Maker(of, "Sqrt")),
            _ => (first, null),
        };
        if (root is not { Inputs: [var sum] } || Maker(sum, "Add") is not { } shifted || WithConstant(shifted) is not ({ } small, { Op: "ReduceMean", Inputs: [var square, ..] } variance)
            || Scalar(small) is not { } epsilon || DeviationOf(deviation) is not (var x, var mean) || Maker(square) is not { } squared)
        {
            return null;
        }

        bool isSquare = squared.Op switch
        {
            "Pow" => squared.Inputs is [_, var power] && Scalar(power) is 2,
            "Mul" => squared.Inputs is [var one, var other] && one == other,
            _ => false,
        };
        IReadOnlyList<long>? axes = Axes(variance), ofMean = Axes(mean);
        return isSquare && DeviationOf(squared.Inputs[0])?.X == x && axes is not null && ofMean is not null && axes.SequenceEqual(ofMean) ? (x, axes, (float)epsilon) : null;
    }

    /// <summary>The x of x - mean of x, and the mean.</summary>
    private (string X, OnnxNode Mean)? DeviationOf(string name) =>
        Maker(name, "Sub") is { Inputs: [var x, var mean] } && Maker(mean, "ReduceMean") is { Inputs: [var of, ..] } maker && of == x ? (x, maker) : null;

    /// <summary>The axes of a mean that keeps them; null if it does not, or names none.</summary>
    private IReadOnlyList<long>? Axes(OnnxNode mean) => mean.Integer("keepdims", 1) == 0
        ? null
        : OnnxFolding.Axes(mean, mean.Input(1) is { } given ? _constant(given) : null);

    private OnnxNode? Maker(string name, string? op = null) => _makers.TryGetValue(name, out OnnxNode? node) && (op is null || node.Op == op) ? node : null;

    private double? Scalar(string name) => _constant(name) is { Count: 1 } constant ? constant.Scalar() : null;
}
