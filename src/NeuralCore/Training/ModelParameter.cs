using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>One trainable tensor of a compiled model, to read and to replace.</summary>
public sealed class ModelParameter
{
    private readonly IBackend<float> _backend;
    private readonly ParameterSet<float> _set;
    private readonly Slot _value;

    internal ModelParameter(IBackend<float> backend, ParameterSet<float> set, Parameter parameter)
    {
        (_backend, _set, _value) = (backend, set, parameter.Value);
        (Name, Shape) = (parameter.Name, parameter.Spec.Shape);
    }

    /// <summary>Layer and tensor: <c>conv2d/kernel</c>.</summary>
    public string Name { get; }

    /// <summary>The shape: kernels of convolutions are height x width x channels x filters, of dense layers inputs x units.</summary>
    public Shape Shape { get; }

    /// <summary>A copy of the values, row-major.</summary>
    public float[] Read()
    {
        var values = new float[Shape.Count];
        _backend.Download<float>(_value, values);
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

        _backend.Upload(values, _value);
        _set.Changed();
    }
}
