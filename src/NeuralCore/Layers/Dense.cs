using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A fully connected layer: features to units. Its weights are the kernel, of features x units, and the bias, of units.
/// <see cref="DenseReference"/> states the formula.
/// </summary>
public sealed class Dense : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="units">Its outputs.</param>
    /// <param name="activation">What is applied to them.</param>
    /// <param name="useBias">Whether a number is added to each unit's outputs.</param>
    /// <param name="kernelInitializer">The kernel's first values; <see cref="Initializer.GlorotUniform"/> unless said.</param>
    /// <param name="biasInitializer">The bias's first values; zeros unless said.</param>
    /// <exception cref="ArgumentException">There is not even one unit.</exception>
    public Dense(
        int units, Activation activation = Activation.Linear, bool useBias = true, Initializer? kernelInitializer = null, Initializer? biasInitializer = null)
    {
        if (units < 1)
        {
            throw new ArgumentException($"A dense layer has at least one unit, not {units}.");
        }

        (Units, Activation, UseBias) = (units, activation, useBias);
        (KernelInitializer, BiasInitializer) = (kernelInitializer ?? Initializer.GlorotUniform, biasInitializer ?? Initializer.Zeros);
    }

    /// <summary>The number of outputs.</summary>
    public int Units { get; }

    /// <summary>What is applied to each output.</summary>
    public Activation Activation { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The kernel's first values.</summary>
    public Initializer KernelInitializer { get; }

    /// <summary>The bias's first values.</summary>
    public Initializer BiasInitializer { get; }

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
        List<Weight> weights = [AddWeight("kernel", new Shape(features, Units), KernelInitializer, WeightRole.Decayed)];
        if (UseBias)
        {
            weights.Add(AddWeight("bias", new Shape(Units), BiasInitializer, WeightRole.Undecayed));
        }

        return Activation.Apply(new DenseNode(Units, input, weights).Output);
    }
}
