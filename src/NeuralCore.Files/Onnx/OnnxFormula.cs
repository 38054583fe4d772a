namespace NeuralCore.Files.Onnx;

/// <summary>A function of one tensor, as a formula of ONNX's operations. Sums and products have any number of terms, of which one is a number.</summary>
/// <param name="Op">The operation: <c>Add</c>, <c>Mul</c>, <c>Div</c>, <c>Pow</c>, or one of a single input; empty for the tensor itself.</param>
/// <param name="Number">The term of a sum, factor of a product or exponent of a power that is a number.</param>
/// <param name="Terms">What else the operation is of.</param>
internal sealed record OnnxFormula(string Op, double Number, params OnnxFormula[] Terms)
{
    /// <summary>The tensor.</summary>
    public static OnnxFormula X { get; } = new("", 0);

    /// <summary>An operation of one input.</summary>
    public static OnnxFormula Of(string op, OnnxFormula term) => new(op, 0, term);

    /// <summary>A power.</summary>
    public static OnnxFormula Pow(OnnxFormula term, double exponent) => new("Pow", exponent, term);

    public static OnnxFormula operator +(double number, OnnxFormula term) => new("Add", number, term);

    public static OnnxFormula operator +(OnnxFormula left, OnnxFormula right) => new("Add", 0, left, right);

    public static OnnxFormula operator *(double number, OnnxFormula term) => term.Op == "Mul" ? term with { Number = number * term.Number } : new("Mul", number, term);

    public static OnnxFormula operator *(OnnxFormula left, OnnxFormula right) => left.Op == "Mul" ? left with { Terms = [.. left.Terms, right] } : new("Mul", 1, left, right);

    public static OnnxFormula operator /(OnnxFormula left, OnnxFormula right) => new("Div", 0, left, right);
}
