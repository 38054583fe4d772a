using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Batch normalization over the last axis, the channels; <see cref="BatchNormReference"/> states the formula. As in Keras: training normalizes by the mean
/// and variance of the batch, and moving averages of the two, which are what prediction normalizes by, take them in; a layer that is not
/// <see cref="Layer.Trainable"/> normalizes by its moving averages in training, too, and leaves them as they are. The moving variance takes in the
/// variance of the batch, the sum of squares divided by the number of elements; PyTorch's divides by one less.
/// </summary>
public sealed class BatchNormalization : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="momentum">The part of the moving averages that stays in a step, from 0 to 1. PyTorch's momentum is 1 minus this.</param>
    /// <param name="epsilon">What is added to the variance; positive.</param>
    /// <param name="center">Whether there is an offset, beta.</param>
    /// <param name="scale">Whether there is a factor, gamma.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public BatchNormalization(double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true)
    {
        _ = new BatchNormShape(1, 1, epsilon, momentum);
        (Momentum, Epsilon, Center, Scale) = (momentum, epsilon, center, scale);
    }

    /// <summary>The part of the moving averages that stays in a step.</summary>
    public double Momentum { get; }

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

    /// <summary>The first values of the moving mean.</summary>
    public Initializer MovingMeanInitializer { get; init; } = Initializer.Zeros;

    /// <summary>The first values of the moving variance.</summary>
    public Initializer MovingVarianceInitializer { get; init; } = Initializer.Ones;

    /// <summary>The sizes of the op for an input of this shape.</summary>
    /// <exception cref="ArgumentException">The input is a single number.</exception>
    internal BatchNormShape OpShape(Shape input) => input.Rank > 0
        ? new BatchNormShape(input.Count / input[input.Rank - 1], input[input.Rank - 1], Epsilon, Momentum)
        : throw new ArgumentException("A normalization takes items with an axis of channels, not single numbers.");

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        BatchNormShape shape = OpShape(input.Shape);
        var channels = new Shape(shape.Channels);
        Weight? gamma = Scale ? AddWeight("gamma", channels, GammaInitializer, WeightRole.Undecayed) : null;
        Weight? beta = Center ? AddWeight("beta", channels, BetaInitializer, WeightRole.Undecayed) : null;
        Weight mean = AddWeight("moving_mean", channels, MovingMeanInitializer, WeightRole.State);
        Weight variance = AddWeight("moving_variance", channels, MovingVarianceInitializer, WeightRole.State);
        return new BatchNormNode(shape, input, (mean, variance), gamma, beta).Output;
    }
}
