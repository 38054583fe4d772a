namespace NeuralCore;

/// <summary>Where a backward pass puts the gradient of the loss with respect to an op's input x.</summary>
/// <param name="Gradient">Receives dx, of x's shape.</param>
/// <param name="ReplacedScale">
/// Not null where x = dropout(relu(z)), or relu(z) alone, and x is not read any more: then <paramref name="Gradient"/> is x's own memory, and
/// receives dz = ReplacedScale * dx where x is not 0, else 0. The number is what the dropout multiplied those that it kept with, or 1.
/// </param>
internal readonly record struct InputGradient(Slot Gradient, double? ReplacedScale = null)
{
    /// <summary>The gradient with respect to the input itself, in memory of its own.</summary>
    public static implicit operator InputGradient(Slot gradient) => new(gradient);
}
