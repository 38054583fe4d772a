using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Layer normalization: each item, or each row of its last axis, by its own mean and variance; <see cref="LayerNormReference"/> states the formula.</summary>
public sealed class LayerNormalization : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="epsilon">What is added to the variance; positive.</param>
    /// <param name="center">Whether there is an offset, beta.</param>
    /// <param name="scale">Whether there is a factor, gamma.</param>
    /// <exception cref="ArgumentException">Epsilon is not positive.</exception>
    public LayerNormalization(double epsilon = 1e-3, bool center = true, bool scale = true)
    {
        _ = new LayerNormShape(1, 1, epsilon);
        (Epsilon, Center, Scale) = (epsilon, center, scale);
    }

    /// <summary>What is added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>Whether there is an offset.</summary>
    public bool Center { get; }

    /// <summary>Whether there is a factor.</summary>
    public bool Scale { get; }

    /// <summary>The first values of gamma, the factors.</summary>
    public Initializer GammaInitializer { get; init; } = Initializer.Ones;

    /// <summary>The first values of beta, the offsets.</summary>
    public Initializer BetaInitializer { get; init; } = Initializer.Zeros;

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is a single number.</exception>
    internal LayerNormShape OpShape(Shape input) => input.Rank > 0
        ? new LayerNormShape(input.Count / input[input.Rank - 1], input[input.Rank - 1], Epsilon)
        : throw new ArgumentException("A normalization takes items with a last axis, not single numbers.");

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        LayerNormShape shape = OpShape(input.Shape);
        var features = new Shape(shape.Features);
        Weight? gamma = Scale ? AddWeight("gamma", features, GammaInitializer, WeightRole.Undecayed) : null;
        Weight? beta = Center ? AddWeight("beta", features, BetaInitializer, WeightRole.Undecayed) : null;
        return new LayerNormNode(shape, input, gamma, beta).Output;
    }
}
