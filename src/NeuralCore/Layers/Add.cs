using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The sum of two or more values of equal shapes, element by element: the end of a residual block.</summary>
public sealed class Add : Layer
{
    /// <inheritdoc/>
    public override Value Build(IReadOnlyList<Value> inputs)
    {
        if (inputs.Count < 2)
        {
            throw new ArgumentException("A sum takes at least two values.");
        }

        return inputs.All(input => input.Shape == inputs[0].Shape)
            ? new AddNode(inputs).Output
            : throw new ArgumentException("A sum takes values of equal shapes: bring them to one by a convolution of 1x1 or a dense layer.");
    }
}
