namespace NeuralCore.Files.Onnx;

/// <content>Activations.</content>
internal sealed partial class OnnxPatterns
{
    /// <summary>The activation that ends in a node; null for any other node.</summary>
    private OnnxNode? Function(OnnxNode node) => node.Op switch
    {
        "Mul" when Gelu(node) is (var x, var form) => node.As("Gelu", [x], OnnxAttribute.Of("approximate", form)),
        "Mul" when Gate(node, IsSigmoidOf) is { } x => node.As("Silu", [x]),
        "Mul" when Gate(node, IsHardSigmoidOf) is { } x => node.As("HardSwish", [x]),
        "Mul" when Gate(node, IsTanhOfSoftplusOf) is { } x => node.As("Mish", [x]),
        "Div" when node.Inputs is [var x, var sum] && IsOneAndSizeOf(sum, x) => node.As("Softsign", [x]),
        "Log" when Before(node, "Sigmoid") is { } sigmoid => node.As("LogSigmoid", sigmoid.Inputs),
        "Neg" when Before(node, "Softplus") is { } softplus && Before(softplus, "Neg") is { } negative => node.As("LogSigmoid", negative.Inputs),
        _ => null,
    };

    /// <summary>The x of a product of x and a function of x.</summary>
    private static string? Gate(OnnxNode product, Func<string, string, bool> isFunctionOf) => product.Inputs is [var left, var right]
        ? isFunctionOf(right, left) ? left : isFunctionOf(left, right) ? right : null
        : null;

    private bool IsSigmoidOf(string name, string x) => Maker(name, "Sigmoid") is { Inputs: [var of] } && of == x;

    /// <summary>Whether a tensor is 1 + |x|.</summary>
    private bool IsOneAndSizeOf(string name, string x) => Maker(name, "Add") is { Inputs: [var left, var right] }
        && Maker(Scalar(left) is 1 ? right : Scalar(right) is 1 ? left : "", "Abs") is { Inputs: [var of] } && of == x;

    private bool IsHardSigmoidOf(string name, string x) =>
        Maker(name, "HardSigmoid") is { Inputs: [var of] } node && of == x && OnnxActivations.Find(node) == NeuralCore.Activation.HardSigmoid;

    private bool IsTanhOfSoftplusOf(string name, string x) => Maker(name, "Tanh") is { Inputs: [var inner] } && Maker(inner, "Softplus") is { Inputs: [var of] } && of == x;

    /// <summary>What makes the one input of a node, if it is of an operation.</summary>
    private OnnxNode? Before(OnnxNode node, string op) => node.Inputs is [var input] ? Maker(input, op) : null;

    /// <summary>What x (1 + a curve of x) / 2 is of, whose factors may stand in any order, and which curve it has; null for another product.</summary>
    private (string X, string Form)? Gelu(OnnxNode product)
    {
        foreach (string curve in Factors(product, _ => false))
        {
            if (CurveOf(curve) is not (var x, var form))
            {
                continue;
            }

            // What the function is of may be a product itself.
            List<string> factors = Factors(product, name => name == x || name == curve);
            if (IsProduct(factors, 0.5, x, curve))
            {
                return (x, form);
            }
        }

        return null;
    }

    /// <summary>The x of 1 + erf(x / sqrt 2), or of 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)).</summary>
    private (string X, string Form)? CurveOf(string name)
    {
        if (Maker(name, "Add") is not { Inputs: [var left, var right] })
        {
            return null;
        }

        string curve = Scalar(left) is 1 ? right : left;
        if (Scalar(curve == left ? right : left) is not 1)
        {
            return null;
        }

        return Maker(curve) switch
        {
            { Op: "Erf", Inputs: [var inner] } when ScaledBy(inner, Math.Sqrt(0.5)) is { } x => (x, "none"),
            { Op: "Tanh", Inputs: [var inner] } when ScaledBy(inner, Math.Sqrt(2 / Math.PI)) is { } sum && WithCube(sum) is { } x => (x, "tanh"),
            _ => null,
        };
    }

    /// <summary>The x of factor x.</summary>
    private string? ScaledBy(string name, double factor)
    {
        if (Maker(name) is not { Inputs: [var left, var right] } scaled)
        {
            return null;
        }

        (string x, double? by) = scaled.Op switch
        {
            "Mul" when Scalar(right) is { } number => (left, number),
            "Mul" when Scalar(left) is { } number => (right, number),
            "Div" when Scalar(right) is { } number => (left, 1 / number),
            _ => (left, (double?)null),
        };
        return by is { } found && Math.Abs(found - factor) < Hair ? x : null;
    }

    /// <summary>The x of x + 0.044715 x^3.</summary>
    private string? WithCube(string name)
    {
        if (Maker(name, "Add") is not { Inputs: [var left, var right] })
        {
            return null;
        }

        return IsCubeOf(right, left) ? left : IsCubeOf(left, right) ? right : null;

        bool IsCubeOf(string cube, string x)
        {
            if (Maker(cube, "Mul") is not { } product)
            {
                return false;
            }

            List<string> factors = Factors(product, factor => factor == x);
            string[] powers = [.. factors.Where(factor => Scalar(factor) is null)];
            return powers switch
            {
                [var only] => Maker(only, "Pow") is { Inputs: [var of, var power] } && of == x && Scalar(power) is 3 && IsProduct(factors, 0.044715, only),
                _ => IsProduct(factors, 0.044715, x, x, x),
            };
        }
    }

    /// <summary>Whether factors are a number and some tensors.</summary>
    private bool IsProduct(List<string> factors, double number, params string[] tensors)
    {
        string[] others = [.. factors.Where(factor => Scalar(factor) is null)];
        return others.Order(StringComparer.Ordinal).SequenceEqual(tensors.Order(StringComparer.Ordinal))
            && Math.Abs(factors.Aggregate(1.0, (all, factor) => all * (Scalar(factor) ?? 1)) - number) < Hair;
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
}
