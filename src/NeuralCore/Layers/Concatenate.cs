using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Two or more values side by side along one axis, in which alone they may differ: the end of a dense block.</summary>
public sealed class Concatenate : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="axis">
    /// The axis as Keras counts it: 0 would be the batch, 1 is the first axis of an item, and -1 the last one, which for images is the channels.
    /// </param>
    /// <exception cref="ArgumentException">It is the batch's axis.</exception>
    public Concatenate(int axis = -1)
    {
        if (axis == 0)
        {
            throw new ArgumentException("A concatenation joins items along an axis of theirs: the batch's, number 0, is none.", nameof(axis));
        }

        Axis = axis;
    }

    /// <summary>The axis as Keras counts it.</summary>
    public int Axis { get; }

    /// <inheritdoc/>
    public override Value Build(IReadOnlyList<Value> inputs)
    {
        if (inputs.Count < 2)
        {
            throw new ArgumentException("A concatenation takes at least two values.");
        }

        int rank = inputs[0].Shape.Rank, axis = Axis > 0 ? Axis - 1 : rank + Axis;
        if (axis < 0 || axis >= rank)
        {
            throw new ArgumentException($"It is along axis {Axis}, which they do not have: the batch counts as axis 0.");
        }

        return inputs.All(input => input.Shape.Rank == rank && Enumerable.Range(0, rank).All(i => i == axis || input.Shape[i] == inputs[0].Shape[i]))
            ? new ConcatenateNode(inputs, axis).Output
            : throw new ArgumentException($"Values to be joined along axis {Axis} differ in no other one.");
    }
}
