namespace NeuralCore;

/// <summary>A layer applied once: what it was given and what it made of it. A model's layers, their names and its files follow these.</summary>
public sealed class LayerCall
{
    /// <summary>Layers within layers: deeper than anyone writes them down, and far from where a thread's stack ends.</summary>
    private const int MostDepth = 100;

    [ThreadStatic]
    private static LayerCall? _current;

    private readonly List<LayerCall> _inner = [];
    private readonly int _depth;
    private Value? _output;

    private LayerCall(Layer layer, IReadOnlyList<Value> inputs, int depth) => (Layer, Inputs, _depth) = (layer, inputs, depth);

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>What it was applied to.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>What the layer gave.</summary>
    public Value Output => _output ?? throw new InvalidOperationException("The layer is still being applied.");

    /// <summary>The applications of which a composed layer consists, in order.</summary>
    public IReadOnlyList<LayerCall> Inner => _inner;

    /// <summary>Builds a layer's piece of a network.</summary>
    /// <exception cref="ArgumentException">The layer can not take such inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer applies itself.</exception>
    internal static Value Build(Layer layer, IReadOnlyList<Value> inputs)
    {
        LayerCall? outer = _current;
        var call = new LayerCall(layer, inputs, depth: outer is null ? 0 : outer._depth + 1);
        if (call._depth == MostDepth)
        {
            throw new InvalidOperationException($"The layer {layer.Name ?? layer.Kind} is applied {MostDepth} layers deep: a layer that applies itself never ends.");
        }

        _current = call;
        try
        {
            call._output = layer.Build(inputs);
        }
        catch (ArgumentException error)
        {
            string shapes = string.Join(" and ", inputs.Select(input => input.Shape));
            throw new ArgumentException($"The layer {layer.Name ?? layer.Kind} can not be applied to {shapes}: {error.Message}", error);
        }
        finally
        {
            _current = outer;
        }

        if (outer is null)
        {
            // What a layer hands through would otherwise seem to have been made before it.
            call._output = call.Output.Call is null && !call.Output.IsInput ? call.Output : new IdentityNode(call.Output).Output;
            call.Output.Call = call;
            call.Output.Name = layer.Name ?? layer.Kind;
        }
        else
        {
            outer._inner.Add(call);
        }

        return call.Output;
    }
}
