namespace NeuralCore;

/// <summary>What training makes small: a number for each item, of what the network gives and what it should have given.</summary>
public abstract class Loss
{
    private protected Loss()
    {
    }

    /// <summary>The name, as Keras writes it.</summary>
    public abstract string Name { get; }

    /// <summary>Writes down the op.</summary>
    /// <param name="prediction">What the network gives.</param>
    /// <exception cref="ArgumentException">The loss is not for such an output.</exception>
    internal abstract LossValues Build(Value prediction);
}

/// <summary>A loss as it is written down.</summary>
/// <param name="Targets">What is brought in: what the network should have given.</param>
/// <param name="Losses">The loss of each item.</param>
/// <param name="Hits">1 for each item that is right, where the loss knows; else null.</param>
internal sealed record LossValues(Value Targets, Value Losses, Value? Hits);
