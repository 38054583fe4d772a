namespace NeuralCore.Files.Onnx;

/// <summary>Functions that exporters write as several nodes, since their version of ONNX has no operation for them: they are read as one.</summary>
/// <param name="nodes">The nodes, in the order in which they compute.</param>
/// <param name="scalar">The one number of a constant; null for anything else.</param>
internal sealed class OnnxPatterns(List<OnnxNode> nodes, Func<string, double?> scalar)
{
    private const double Hair = 1e-4;

    private readonly Dictionary<string, OnnxNode> _makers = nodes.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node)))
        .DistinctBy(pair => pair.output).ToDictionary(pair => pair.output, pair => pair.node);

    /// <summary>The nodes, with one <c>Gelu</c> for x (1 + erf(x / sqrt 2)) / 2, and one <c>Silu</c> for x sigmoid(x).</summary>
    public List<OnnxNode> Joined()
    {
        // What was joined leaves its inner nodes behind, which nothing reads any more and which are passed over.
        return [.. nodes.Select(node => node.Op != "Mul" ? node : Gelu(node) is { } x ? node.As("Gelu", x) : Silu(node) is { } y ? node.As("Silu", y) : node)];
    }

    private string? Silu(OnnxNode product) => product.Inputs is [var left, var right]
        ? IsSigmoidOf(right, left) ? left : IsSigmoidOf(left, right) ? right : null
        : null;

    private bool IsSigmoidOf(string name, string input) => _makers.TryGetValue(name, out OnnxNode? node) && node.Op == "Sigmoid" && node.Inputs[0] == input;

    /// <summary>What the function is of, whose two factors beside 1 + erf may stand in any order; null for another product.</summary>
    private string? Gelu(OnnxNode product)
    {
        List<string> factors = [];
        double constant = 1;
        Collect(product, depth: 0);
        string? curve = factors.FirstOrDefault(factor => ErrorFunctionOf(factor) is not null);
        return curve is not null && factors.Count == 2 && Math.Abs(constant - 0.5) < Hair && ErrorFunctionOf(curve) is { } x && factors.Single(factor => factor != curve) == x ? x : null;

        void Collect(OnnxNode node, int depth)
        {
            foreach (string input in node.Inputs)
            {
                if (scalar(input) is { } number)
                {
                    constant *= number;
                }
                else if (depth < 2 && _makers.TryGetValue(input, out OnnxNode? maker) && maker.Op == "Mul")
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
        if (!_makers.TryGetValue(name, out OnnxNode? sum) || sum.Op != "Add" || sum.Inputs.Count != 2
            || sum.Inputs.FirstOrDefault(input => _makers.TryGetValue(input, out OnnxNode? maker) && maker.Op == "Erf") is not { } inner
            || !sum.Inputs.Any(input => input != inner && scalar(input) is 1) || !_makers.TryGetValue(_makers[inner].Inputs[0], out OnnxNode? scaled) || scaled.Inputs.Count != 2)
        {
            return null;
        }

        foreach ((string x, string by) in new[] { (scaled.Inputs[0], scaled.Inputs[1]), (scaled.Inputs[1], scaled.Inputs[0]) })
        {
            double? factor = (scaled.Op, scalar(by)) switch
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
}
