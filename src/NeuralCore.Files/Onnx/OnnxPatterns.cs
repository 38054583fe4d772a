namespace NeuralCore.Files.Onnx;

/// <summary>Functions that exporters write as several nodes, since their version of ONNX has no operation for them: they are read as one.</summary>
internal sealed class OnnxPatterns
{
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

    /// <summary>
    /// The nodes, with one <c>Gelu</c> for x (1 + erf(x / sqrt 2)) / 2, one <c>Silu</c> for x sigmoid(x), and one <c>LayerNormalization</c> for
    /// (x - mean) / sqrt(variance + epsilon) with its factors and offsets.
    /// </summary>
    public List<OnnxNode> Joined()
    {
        // What was joined leaves its inner nodes behind, which nothing reads any more and which are passed over.
        return [.. _nodes.Select(Joined)];
    }

    private OnnxNode Joined(OnnxNode node) => node.Op switch
    {
        "Mul" when Gelu(node) is { } x => node.As("Gelu", [x]),
        "Mul" when Silu(node) is { } x => node.As("Silu", [x]),
        "Add" or "Mul" or "Div" when LayerNormalization(node) is { } norm => norm,
        _ => node,
    };

    private string? Silu(OnnxNode product) => product.Inputs is [var left, var right]
        ? IsSigmoidOf(right, left) ? left : IsSigmoidOf(left, right) ? right : null
        : null;

    private bool IsSigmoidOf(string name, string input) => Maker(name, "Sigmoid") is { Inputs: [var of, ..] } && of == input;

    /// <summary>What the function is of, whose two factors beside 1 + erf may stand in any order; null for another product.</summary>
    private string? Gelu(OnnxNode product)
    {
        foreach (string curve in Factors(product, _ => false).Where(factor => ErrorFunctionOf(factor) is not null))
        {
            // What the function is of may be a product itself.
            string x = ErrorFunctionOf(curve)!;
            string[] factors = [.. Factors(product, name => name == x || name == curve)], others = [.. factors.Where(factor => factor != curve && Scalar(factor) is null)];
            if (others is [var only] && only == x && factors.Count(factor => factor == curve) == 1 && Math.Abs(factors.Aggregate(1.0, (all, factor) => all * (Scalar(factor) ?? 1)) - 0.5) < Hair)
            {
                return x;
            }
        }

        return null;
    }

    /// <summary>What a product multiplies, with the factors of its factors.</summary>
    private List<string> Factors(OnnxNode product, Func<string, bool> isWhole)
    {
        var factors = new List<string>();
        Collect(product, depth: 0);
        return factors;

        void Collect(OnnxNode node, int depth)
        {
            foreach (string input in node.Inputs)
            {
                if (depth < 2 && !isWhole(input) && Maker(input, "Mul") is { } maker)
                {
                    Collect(maker, depth + 1);
                }
                else
                {
                    factors.Add(input);
                }
            }
        }
    }

    /// <summary>The x of 1 + erf(x / sqrt 2).</summary>
    private string? ErrorFunctionOf(string name)
    {
        if (Maker(name, "Add") is not { Inputs.Count: 2 } sum || sum.Inputs.FirstOrDefault(input => Maker(input, "Erf") is not null) is not { } inner
            || !sum.Inputs.Any(input => input != inner && Scalar(input) is 1) || Maker(_makers[inner].Inputs.FirstOrDefault("")) is not { Inputs.Count: 2 } scaled)
        {
            return null;
        }

        foreach ((string x, string by) in new[] { (scaled.Inputs[0], scaled.Inputs[1]), (scaled.Inputs[1], scaled.Inputs[0]) })
        {
            double? factor = (scaled.Op, Scalar(by)) switch
            {
                ("Mul", { } number) => number,
                ("Div", { } number) when x == scaled.Inputs[0] => 1 / number,
                _ => null,
            };
            if (factor is { } found && Math.Abs(found - Math.Sqrt(0.5)) < Hair)
            {
                return x;
            }
        }

        return null;
    }

    /// <summary>The normalization that ends in a node; null for any other node. Factors and offsets are taken with it where they are constant.</summary>
    private OnnxNode? LayerNormalization(OnnxNode last)
    {
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
            || Scalar(small) is not { } epsilon || DeviationOf(deviation) is not { } x || Maker(square) is not { } squared)
        {
            return null;
        }

        bool isSquare = squared.Op switch
        {
            "Pow" => squared.Inputs is [_, var power] && Scalar(power) is 2,
            "Mul" => squared.Inputs is [var one, var other] && one == other,
            _ => false,
        };
        IReadOnlyList<long>? axes = Axes(variance), ofMean = Axes(Maker(Maker(deviation)!.Inputs[1])!);
        return isSquare && DeviationOf(squared.Inputs[0]) == x && axes is not null && ofMean is not null && axes.SequenceEqual(ofMean) ? (x, axes, (float)epsilon) : null;
    }

    /// <summary>The x of x - mean of x.</summary>
    private string? DeviationOf(string name) =>
        Maker(name, "Sub") is { Inputs: [var x, var mean] } && Maker(mean, "ReduceMean") is { Inputs: [var of, ..] } && of == x ? x : null;

    /// <summary>The axes of a mean that keeps them; null where it does not, or does not say.</summary>
    private IReadOnlyList<long>? Axes(OnnxNode mean) => mean.Integer("keepdims", 1) == 0
        ? null
        : OnnxFolding.Axes(mean, mean.Input(1) is { } given ? _constant(given) : null);

    private OnnxNode? Maker(string name, string? op = null) => _makers.TryGetValue(name, out OnnxNode? node) && (op is null || node.Op == op) ? node : null;

    private double? Scalar(string name) => _constant(name) is { Count: 1 } constant ? constant.Scalar() : null;
}
