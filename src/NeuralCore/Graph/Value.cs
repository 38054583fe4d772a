namespace NeuralCore;

/// <summary>
/// One tensor of a network as its author writes it down: the shape of one item, without the batch, and the op that makes it. It holds no numbers;
/// a compiled model lays out memory for them.
/// </summary>
public sealed class Value
{
    internal Value(string name, Shape shape, ElementKind kind = ElementKind.Number, Node? maker = null) =>
        (Name, Shape, Kind, Maker) = (name, shape, kind, maker);

    /// <summary>The name: of an input its own, else that of the layer or op that makes it.</summary>
    public string Name { get; internal set; }

    /// <summary>The shape of one item.</summary>
    public Shape Shape { get; }

    /// <summary>What is done to raw items where they enter the network; nothing where the value is no input.</summary>
    public Preprocessing Preprocessing { get; private init; } = Preprocessing.None;

    /// <summary>Whether items enter the network here.</summary>
    public bool IsInput { get; private init; }

    /// <summary>The type of its elements.</summary>
    internal ElementKind Kind { get; }

    /// <summary>The op that makes it; null for what is brought in from outside.</summary>
    internal Node? Maker { get; }

    /// <summary>The layer's application that it came out of; null for an input, and for what lies within a layer.</summary>
    public LayerCall? Call { get; internal set; }

    /// <summary>A network's input.</summary>
    /// <param name="shape">The shape of one item; height x width x channels for images.</param>
    /// <param name="preprocessing">What is done to raw values, in training and in prediction alike; nothing if null.</param>
    /// <param name="name">Its name, input unless said.</param>
    /// <exception cref="ArgumentException">The preprocessing is not for items of this shape.</exception>
    public static Value Input(Shape shape, Preprocessing? preprocessing = null, string? name = null)
    {
        preprocessing ??= Preprocessing.None;
        preprocessing.RequireFit(shape);
        return new Value(name ?? "input", shape) { IsInput = true, Preprocessing = preprocessing };
    }

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}

/// <summary>The type of a value's elements.</summary>
internal enum ElementKind
{
    /// <summary>The numbers that a backend computes with.</summary>
    Number,

    /// <summary>A class, as a 32-bit whole number.</summary>
    Label,
}
