namespace NeuralCore;

/// <summary>The sizes of a batch normalization, of items of Positions x Channels, and its numbers.</summary>
internal readonly record struct BatchNormShape
{
    /// <summary>Makes the sizes.</summary>
    /// <param name="positions">The elements of a channel in one item: the pixels of an image, or 1.</param>
    /// <param name="channels">What is normalized one by one: the last axis.</param>
    /// <param name="epsilon">What is added to a variance before its root is divided by, so that it is never zero; positive.</param>
    /// <param name="momentum">The part of a moving statistic that stays when a batch's comes in, from 0 to 1.</param>
    /// <exception cref="ArgumentException">A size or number is out of range.</exception>
    public BatchNormShape(int positions, int channels, double epsilon = 1e-3, double momentum = 0.99)
    {
        if (Math.Min(positions, channels) < 1)
        {
            throw new ArgumentException($"A batch normalization takes at least one channel of at least one element, not {channels} of {positions}.");
        }

        if (!(epsilon > 0) || !double.IsFinite(epsilon) || !(momentum >= 0 && momentum <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The epsilon of a batch normalization is positive and its momentum from 0 to 1, and they were {epsilon} and {momentum}."));
        }

        (Positions, Channels, Epsilon, Momentum) = (positions, channels, epsilon, momentum);
    }

    /// <summary>The elements of a channel in one item.</summary>
    public int Positions { get; }

    /// <summary>What is normalized one by one.</summary>
    public int Channels { get; }

    /// <summary>What is added to a variance.</summary>
    public double Epsilon { get; }

    /// <summary>The part of a moving statistic that stays.</summary>
    public double Momentum { get; }

    /// <summary>Elements of one item.</summary>
    public int InputCount => Positions * Channels;
}

/// <summary>What a batch normalization scales and shifts by.</summary>
/// <param name="Statistics">
/// 3 x Channels: the mean, what rounding took from it, and 1 / sqrt(variance + epsilon). A mean far from zero, as 1000 beside a deviation of 1, has too few
/// digits in one number.
/// </param>
/// <param name="Gamma">One factor a channel; 1 if null.</param>
/// <param name="Beta">One offset a channel; 0 if null.</param>
internal readonly record struct BatchNormWeights(Slot Statistics, Slot? Gamma, Slot? Beta);

/// <summary>What the backward pass of a batch normalization writes.</summary>
/// <param name="OfBatch">Whether the statistics are those of the batch, so that they depend on the input, too.</param>
/// <param name="DInput">Receives dx, if it is needed.</param>
/// <param name="DGamma">Receives the gradient of gamma, if it is needed.</param>
/// <param name="DBeta">Receives the gradient of beta, if it is needed.</param>
internal readonly record struct BatchNormGradients(bool OfBatch, Slot? DInput, Slot? DGamma, Slot? DBeta);
