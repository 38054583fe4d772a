using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>An activation as a layer of its own: Keras's <c>Activation</c>, which is the name of the functions here.</summary>
public sealed class ActivationLayer : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="activation">What is applied to each element, or for softmax to each row of the last axis.</param>
    /// <exception cref="ArgumentException">There is no such activation.</exception>
    public ActivationLayer(Activation activation)
    {
        if (!Enum.IsDefined(activation))
        {
            throw new ArgumentException($"There is no activation {activation}.", nameof(activation));
        }

        Activation = activation;
    }

    /// <summary>What is applied.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override string Kind => "activation";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Value Build(Value input) => Activation.Apply(input);
}
