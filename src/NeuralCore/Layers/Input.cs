namespace NeuralCore;

/// <summary>A network's first layer: the shape of one raw item, and how raw values become the network's input.</summary>
public sealed class Input : Layer
{
    /// <summary>Describes the input.</summary>
    /// <param name="shape">The shape of one item; height x width x channels for images.</param>
    /// <param name="preprocessing">What is done to raw values, in training and in prediction alike; nothing if null.</param>
    /// <exception cref="ArgumentException">The preprocessing is not for items of this shape.</exception>
    public Input(Shape shape, Preprocessing? preprocessing = null)
    {
        preprocessing ??= Preprocessing.None;
        preprocessing.RequireFit(shape);
        (Shape, Preprocessing) = (shape, preprocessing);
    }

    /// <summary>The shape of one item.</summary>
    public Shape Shape { get; }

    /// <summary>What is done to raw values.</summary>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public override string Kind => "input";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Shape;

    /// <inheritdoc/>
    public override Value Build(Value input) => throw new ArgumentException("An Input is a network's beginning, and is applied to nothing.");
}
