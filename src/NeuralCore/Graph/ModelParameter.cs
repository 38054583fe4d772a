using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>One weight of a compiled model, to read and to replace.</summary>
public sealed class ModelParameter
{
    private readonly Network<float> _network;
    private readonly Parameter _parameter;

    private ModelParameter(Network<float> network, Parameter parameter) => (_network, _parameter) = (network, parameter);

    /// <summary>Layer and tensor: <c>conv2d/kernel</c>.</summary>
    public string Name => _parameter.Name;

    /// <summary>The shape: kernels of convolutions are height x width x channels x filters, of dense layers inputs x units.</summary>
    public Shape Shape => _parameter.Shape;

    /// <summary>Whether training changes it by its gradient.</summary>
    public bool IsTrained => _parameter.IsTrained;

    /// <summary>What changes it.</summary>
    public WeightRole Role => _parameter.Weight.Role;

    /// <summary>Which weight of a layer it is.</summary>
    internal Weight Weight => _parameter.Weight;

    /// <summary>All weights of a network, in model order.</summary>
    internal static IReadOnlyList<ModelParameter> Of(Network<float> network) => [.. network.Parameters.All.Select(parameter => new ModelParameter(network, parameter))];

    /// <summary>A copy of the values, row-major.</summary>
    public float[] Read()
    {
        var values = new float[Shape.Count];
        _network.Backend.Download<float>(_parameter.Slots.Values, values);
        return values;
    }

    /// <summary>Replaces the values.</summary>
    /// <param name="values">As many as the shape has, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Count)
        {
            throw new ArgumentException($"{Name} of shape {Shape} takes {Shape.Count} values, and got {values.Length}.");
        }

        _network.Backend.Upload(values, _parameter.Slots.Values);
        _network.Parameters.Changed();
    }
}
