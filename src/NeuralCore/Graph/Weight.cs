namespace NeuralCore;

/// <summary>
/// A tensor that belongs to a layer and not to the batch: a parameter that training changes by its gradient, or a state that a layer keeps by
/// itself, as the moving mean of a normalization. It holds no numbers; a compiled model has memory for them.
/// </summary>
public sealed class Weight
{
    internal Weight(Layer owner, string name, Shape shape, Initializer initializer, WeightRole role) =>
        (Owner, Name, Shape, Initializer, Role) = (owner, name, shape, initializer, role);

    /// <summary>The layer that it belongs to.</summary>
    public Layer Owner { get; }

    /// <summary>Its name within the layer: kernel, bias, gamma.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>How its first values are made.</summary>
    public Initializer Initializer { get; }

    /// <summary>What changes it.</summary>
    public WeightRole Role { get; }

    /// <summary>Owner and name.</summary>
    public override string ToString() => $"{Owner.Kind}/{Name} {Shape}";
}

/// <summary>What changes a <see cref="Weight"/>, and how.</summary>
public enum WeightRole
{
    /// <summary>A parameter: its gradient changes it, and an optimiser that lets weights decay lets it decay. Kernels are of this kind.</summary>
    Decayed,

    /// <summary>A parameter that does not decay: biases, scales and offsets.</summary>
    Undecayed,

    /// <summary>No parameter: the layer itself changes it when a training step runs forward.</summary>
    State,
}
