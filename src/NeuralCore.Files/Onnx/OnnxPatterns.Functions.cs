using static NeuralCore.Files.Onnx.OnnxFormula;

namespace NeuralCore.Files.Onnx;

/// <content>Activations.</content>
internal sealed partial class OnnxPatterns
{
    // A product may be of products, and these of products once more; a sum likewise.
    private const int MostNested = 2;

    private static readonly (OnnxFormula Formula, string Op, OnnxAttribute[] Attributes)[] Functions =
    [
        (0.5 * X * (1 + Of("Erf", Math.Sqrt(0.5) * X)), "Gelu", [OnnxAttribute.Of("approximate", "none")]),
        (0.5 * X * (1 + Of("Tanh", Math.Sqrt(2 / Math.PI) * (X + (0.044715 * Pow(X, 3))))), "Gelu", [OnnxAttribute.Of("approximate", "tanh")]),
        (0.5 * X * (1 + Of("Tanh", Math.Sqrt(2 / Math.PI) * (X + (0.044715 * X * X * X)))), "Gelu", [OnnxAttribute.Of("approximate", "tanh")]),
        (X * Of("Sigmoid", X), "Silu", []),
        (X * Of("HardSigmoid", X), "HardSwish", []),
        (X * Of("Tanh", Of("Softplus", X)), "Mish", []),
        (X / (1 + Of("Abs", X)), "Softsign", []),
        (Of("Log", Of("Sigmoid", X)), "LogSigmoid", []),
        (Of("Neg", Of("Softplus", Of("Neg", X))), "LogSigmoid", []),
    ];

    /// <summary>The activation that ends in a node; null for any other node.</summary>
    private OnnxNode? Function(OnnxNode node)
    {
        foreach ((OnnxFormula formula, string op, OnnxAttribute[] attributes) in Functions)
        {
            if (Solve(node, formula, x: null).FirstOrDefault() is { } x)
            {
                return node.As(op, [x], attributes);
            }
        }

        return null;
    }

    /// <summary>The tensors that x can be, where a tensor is a formula of x.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="formula">The formula.</param>
    /// <param name="x">What x is; null where it is still open.</param>
    private IEnumerable<string> Solve(string name, OnnxFormula formula, string? x) =>
        formula.Op.Length == 0 ? x is null || x == name ? [name] : []
        : Maker(name) is { } node ? Solve(node, formula, x) : [];

    private IEnumerable<string> Solve(OnnxNode node, OnnxFormula formula, string? x)
    {
        if (formula.Op == "Mul" && node.Op == "Div" && node.Inputs.Count == 2 && Scalar(node.Inputs[1]) is { } divisor)
        {
            return SolveTerms([(node.Inputs[0], 0)], 1 / divisor, formula, x);
        }

        return node.Op != formula.Op ? [] : (node.Op, node.Inputs) switch
        {
            ("Add" or "Mul", [var left, var right]) => SolveTerms([(left, 0), (right, 0)], node.Op == "Mul" ? 1 : 0, formula, x),
            ("Div", [var left, var right]) => Solve(left, formula.Terms[0], x).SelectMany(found => Solve(right, formula.Terms[1], found)),
            ("Pow", [var of, var exponent]) when Scalar(exponent) == formula.Number => Solve(of, formula.Terms[0], x),
            ("HardSigmoid", _) when OnnxActivations.Find(node) is null => [],
            (_, [var of]) => Solve(of, formula.Terms[0], x),
            _ => [],
        };
    }

    /// <summary>The same for a sum or a product, whose terms stand in any order and may be sums or products themselves.</summary>
    /// <param name="names">The terms that are left, and how deep each is nested.</param>
    /// <param name="number">What the terms that are numbers come to.</param>
    /// <param name="formula">The terms of the formula that are left.</param>
    /// <param name="x">What x is; null where it is still open.</param>
    private IEnumerable<string> SolveTerms((string Name, int Depth)[] names, double number, OnnxFormula formula, string? x)
    {
        if (names is not [(var name, var depth), .. var others])
        {
            return formula.Terms.Length == 0 && x is not null && IsNear(number, formula.Number) ? [x] : [];
        }

        bool isProduct = formula.Op == "Mul";
        if (Scalar(name) is { } term)
        {
            return SolveTerms(others, isProduct ? number * term : number + term, formula, x);
        }

        // The term is one of the formula's, or the nested terms are.
        IEnumerable<string> whole = formula.Terms.Index().SelectMany(own =>
            Solve(name, own.Item, x).SelectMany(found => SolveTerms(others, number, formula with { Terms = [.. formula.Terms.Where((_, index) => index != own.Index)] }, found)));
        return depth < MostNested && Maker(name, formula.Op) is { } maker
            ? whole.Concat(SolveTerms([.. maker.Inputs.Select(input => (input, depth + 1)), .. others], number, formula, x))
            : whole;
    }

    /// <summary>Whether a number of a file is one of a formula: whole ones are exact, and others as far as they are rounded.</summary>
    private static bool IsNear(double number, double wanted) => number == wanted || (wanted != Math.Round(wanted) && Math.Abs(number - wanted) < Hair);
}
