namespace NeuralCore;

/// <summary>A model whose layers follow one another.</summary>
public sealed class Sequential : Model
{
    /// <summary>Describes a network.</summary>
    /// <param name="layers">An <see cref="Input"/>, then the others in order.</param>
    /// <exception cref="ArgumentException">The layers do not fit together; the message names the layer.</exception>
    public Sequential(params Layer[] layers)
        : this(Chain(layers))
    {
    }

    private Sequential((Value Input, Value Output) ends)
        : base(ends.Input, ends.Output)
    {
    }

    private static (Value Input, Value Output) Chain(Layer[] layers)
    {
        if (layers.Length < 2 || layers[0] is not NeuralCore.Input first)
        {
            throw new ArgumentException("A network begins with an Input, and has at least one layer behind it.");
        }

        Value input = Value.Input(first.Shape, first.Preprocessing, first.Name);
        Value value = input;
        foreach (Layer layer in layers.Skip(1))
        {
            try
            {
                value = layer.Apply(value);
            }
            catch (ArgumentException error)
            {
                string name = NetworkDescription.NamesOf(layers.TakeWhile(other => other != layer).Append(layer))[layer];
                throw new ArgumentException($"The layer {name} cannot follow an output of {value.Shape}: {(error.InnerException ?? error).Message}", error);
            }
        }

        return (input, value);
    }
}
