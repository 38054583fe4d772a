using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>In training, zeroes a random fraction of its input and scales the rest up to keep the expected sum; else does nothing.</summary>
public sealed class Dropout : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="rate">The fraction to drop, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public Dropout(double rate)
    {
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and below 1.");
        }

        Rate = rate;
    }

    /// <summary>The fraction that is dropped.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public override string Kind => "dropout";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => new DropoutNode(Rate, input).Output;
}
