using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>What an <see cref="Activation"/> writes down.</summary>
internal static class ActivationExtensions
{
    /// <summary>Applies an activation to a layer's output.</summary>
    /// <exception cref="ArgumentException">There is no such activation.</exception>
    public static Value Apply(this Activation activation, Value value) => activation switch
    {
        Activation.Linear => value,
        Activation.Relu => new ReLUNode(value).Output,
        Activation.Softmax => new SoftmaxNode(value).Output,
        _ => new ActivationNode(ActivationFunctions.Of(activation), value).Output,
    };
}
