namespace NeuralCore;

/// <summary>The sizes of a layer normalization: rows of features, each normalized by itself.</summary>
internal readonly record struct LayerNormShape
{
    /// <summary>Makes the sizes.</summary>
    /// <param name="rows">The rows of one item: the elements of all its axes but the last.</param>
    /// <param name="features">The elements of the last axis.</param>
    /// <param name="epsilon">What is added to a variance before its root is divided by, so that it is never zero; positive.</param>
    /// <exception cref="ArgumentException">A size or number is out of range.</exception>
    public LayerNormShape(int rows, int features, double epsilon = 1e-3)
    {
        if (Math.Min(rows, features) < 1)
        {
            throw new ArgumentException($"A layer normalization takes at least one row of at least one feature, not {rows} of {features}.");
        }

        if (!(epsilon > 0) || !double.IsFinite(epsilon))
        {
            throw new ArgumentException(FormattableString.Invariant($"The epsilon of a layer normalization is positive, and was {epsilon}."));
        }

        (Rows, Features, Epsilon) = (rows, features, epsilon);
    }

    /// <summary>The rows of one item.</summary>
    public int Rows { get; }

    /// <summary>The elements of a row.</summary>
    public int Features { get; }

    /// <summary>What is added to a variance.</summary>
    public double Epsilon { get; }
}
