using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The sum of two or more values of equal shapes, element by element: the end of a residual block.</summary>
public sealed class Add : Layer
{
    /// <inheritdoc/>
    public override Value Build(IReadOnlyList<Value> inputs)
    {
        string name = Name ?? Kind;
        if (inputs.Count < 2)
        {
            throw new ArgumentException($"The layer {name} adds two or more values, and was applied to {inputs.Count}.");
        }

        return inputs.All(input => input.Shape == inputs[0].Shape)
            ? new AddNode(inputs).Output
            : throw new ArgumentException($"The layer {name} adds values of equal shapes, and was applied to {string.Join(", ", inputs.Select(input => input.Shape))}.");
    }
}
