namespace NeuralCore;

/// <summary>What <see cref="Tape.Gradients(Tensor)"/> gives: the gradient of each tensor on the way to the trained variables.</summary>
public sealed class Gradients
{
    private readonly IReadOnlyDictionary<Tensor, Tensor> _gradients;

    internal Gradients(IReadOnlyDictionary<Tensor, Tensor> gradients) => _gradients = gradients;

    /// <summary>The gradient with respect to a tensor, of its shape.</summary>
    /// <param name="tensor">A variable, or something computed from one.</param>
    /// <exception cref="KeyNotFoundException">What was differentiated does not depend on the tensor, or the tensor is a constant.</exception>
    public Tensor this[Tensor tensor] => _gradients.TryGetValue(tensor, out Tensor? gradient)
        ? gradient
        : throw new KeyNotFoundException(tensor.WantsGradient
            ? $"What was differentiated does not depend on this tensor of {tensor.Shape}."
            : $"The tensor of {tensor.Shape} is a constant, and nothing it was computed from is a variable: make it one by {nameof(Tape)}.{nameof(Tape.Variable)}.");

    /// <summary>Whether there is a gradient with respect to a tensor.</summary>
    /// <param name="tensor">A tensor of the tape.</param>
    public bool Contains(Tensor tensor) => _gradients.ContainsKey(tensor);
}
