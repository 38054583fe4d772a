using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A fully connected layer with bias: features to units.</summary>
public sealed class Dense : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="units">Its outputs.</param>
    /// <param name="activation">What is applied to them.</param>
    /// <exception cref="ArgumentException">There is not even one unit.</exception>
    public Dense(int units, Activation activation = Activation.Linear)
    {
        if (units < 1)
        {
            throw new ArgumentException("A dense layer has at least one unit.");
        }

        (Units, Activation) = (units, activation);
    }

    /// <summary>The number of outputs.</summary>
    public int Units { get; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank == 1
        ? new Shape(Units)
        : throw new ArgumentException($"A dense layer takes a flat input, not {input}: put a Flatten before it.");

    /// <inheritdoc/>
    public override Value Build(Value input)
    {
        int features = input.Shape.Count;
        _ = OutputShape(input.Shape);
        Weight kernel = AddWeight("kernel", new Shape(features, Units), Initializer.GlorotUniform(features, Units), WeightRole.Decayed);
        Weight bias = AddWeight("bias", new Shape(Units), Initializer.Zeros, WeightRole.Undecayed);
        return Activation.Apply(new DenseNode(Units, input, [kernel, bias]).Output);
    }
}
