namespace NeuralCore;

/// <summary>The sizes of a dense (fully connected) layer: input N x Inputs, weights Inputs x Units, output N x Units.</summary>
internal readonly record struct DenseShape
{
    /// <summary>Makes the sizes.</summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public DenseShape(int inputs, int units)
    {
        if (Math.Min(inputs, units) < 1)
        {
            throw new ArgumentException("A dense layer has at least one input and one unit.");
        }

        (Inputs, Units) = (inputs, units);
    }

    /// <summary>The features of one item.</summary>
    public int Inputs { get; }

    /// <summary>The outputs of one item.</summary>
    public int Units { get; }

    /// <summary>Elements of the weights.</summary>
    public int WeightCount => Inputs * Units;

    /// <summary>Floating-point operations of one item in one direction, a multiply and an add counted as two.</summary>
    public long Flop => 2L * Inputs * Units;
}
