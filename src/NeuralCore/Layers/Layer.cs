
namespace NeuralCore;

/// <summary>
/// One layer of a network, as its author describes it: sizes and parameters, no arithmetic and no memory. A layer can be
/// shared between models; a compiled model makes its runnable form when it first trains or predicts.
/// </summary>
public abstract class Layer
{
    /// <summary>Layers are those that the engine has ops for.</summary>
    private protected Layer()
    {
    }

    /// <summary>The kind's name, as Keras writes it: conv2d, max_pooling2d, dense.</summary>
    public abstract string Kind { get; }

    /// <summary>The shape of one output item, without the batch axis.</summary>
    /// <param name="input">The shape of one input item.</param>
    /// <exception cref="ArgumentException">The layer can not take such an input.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>The layer's trainable parameters, in the order in which files hold them.</summary>
    /// <param name="input">The shape of one input item.</param>
    public virtual IReadOnlyList<ParameterSpec> Parameters(Shape input) => [];
}

/// <summary>A trainable tensor of a layer.</summary>
/// <param name="Name">Its name within the layer: kernel or bias.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Initializer">How its first values are made.</param>
public sealed record ParameterSpec(string Name, Shape Shape, Initializer Initializer);
