using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace NeuralCore;

/// <summary>
/// Numbers in a shape, row-major, the batch first: 128 images of 28x28x1 are a tensor of 128x28x28x1. A tensor that was put on a <see cref="Tape"/>
/// lies in the memory of the tape's backend, and the ops of <see cref="TensorOps"/> compute with it; any other is an array of the host.
/// </summary>
public sealed class Tensor
{
    private readonly float[]? _values;
    private readonly Slot _slot;
    private bool _isReleased;

    private Tensor(Shape shape, float[] values) => (Shape, _values) = (shape, values);

    internal Tensor(Tape tape, Value value, Shape shape, Slot slot, bool wantsGradient)
    {
        (Tape, Value, Shape, _slot, WantsGradient) = (tape, value, shape, slot, wantsGradient);
    }

    internal Tensor(Tape tape, float number, bool wantsGradient) => (Tape, _values, WantsGradient) = (tape, [number], wantsGradient);

    /// <summary>The extents, the batch first.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>The tape that the tensor is on; null for an array of the host.</summary>
    public Tape? Tape { get; }

    /// <summary>The one number of a tensor that has one.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public float Scalar => Count == 1 ? ToArray()[0] : throw new InvalidOperationException($"A tensor of {Shape} is not one number.");

    /// <summary>Whether a gradient flows to it: a variable that is trained, or something computed from one.</summary>
    public bool WantsGradient { get; }

    /// <summary>What the graph knows it as.</summary>
    internal Value Value { get; } = null!;

    /// <summary>Its memory on the tape.</summary>
    /// <exception cref="ObjectDisposedException">The tape has forgotten it.</exception>
    internal Slot Slot => !_isReleased
        ? _slot
        : throw new ObjectDisposedException(nameof(Tensor), $"The tensor of {Shape} was computed before the tape's last step and is released: read what you need of it before that.");

    /// <summary>a + b, element by element, of tensors of one shape on one tape.</summary>
    /// <exception cref="ArgumentException">The shapes or the tapes differ.</exception>
    public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

    /// <summary>One element.</summary>
    /// <param name="index">One number an axis.</param>
    /// <exception cref="ArgumentException">The index does not lie within the shape.</exception>
    public float this[params ReadOnlySpan<int> index]
    {
        get
        {
            if (index.Length != Shape.Rank)
            {
                throw new ArgumentException($"An element of a tensor of {Shape} has {Shape.Rank} indices, not {index.Length}.");
            }

            int element = 0;
            for (int axis = 0; axis < index.Length; axis++)
            {
                if ((uint)index[axis] >= (uint)Shape[axis])
                {
                    throw new ArgumentException($"The index {index[axis]} of axis {axis} does not lie within {Shape}.");
                }

                element = (element * Shape[axis]) + index[axis];
            }

            return ToArray()[element];
        }
    }

    /// <summary>Makes a tensor of the host from a copy of some values.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The extents, the batch first.</param>
    /// <exception cref="ArgumentException">There are not as many values as the shape has elements.</exception>
    public static Tensor From(ReadOnlySpan<float> values, Shape shape) => values.Length == shape.Count
        ? new Tensor(shape, values.ToArray())
        : throw new ArgumentException($"A tensor of {shape} has {shape.Count} elements, and there are {values.Length} values.");

    /// <summary>Makes a tensor of the host from bytes, as pixels are.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The extents, the batch first.</param>
    /// <exception cref="ArgumentException">There are not as many values as the shape has elements.</exception>
    public static Tensor From(ReadOnlySpan<byte> values, Shape shape)
    {
        var numbers = new float[values.Length];
        TensorPrimitives.ConvertTruncating(values, numbers);
        return From(numbers, shape);
    }

    /// <summary>Makes a tensor of the host from a copy of another library's.</summary>
    /// <param name="values">The elements with their shape.</param>
    public static Tensor From(in ReadOnlyTensorSpan<float> values)
    {
        var extents = new int[values.Rank];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            extents[axis] = checked((int)values.Lengths[axis]);
        }

        var copy = new float[checked((int)values.FlattenedLength)];
        values.FlattenTo(copy);
        return new Tensor(new Shape(extents), copy);
    }

    /// <summary>A copy of the elements, row-major. Of a tensor on a tape it waits until they are computed.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was computed before the tape's last step.</exception>
    public float[] ToArray()
    {
        if (_values is not null)
        {
            return [.. _values];
        }

        var values = new float[Count];
        Tape!.Backend.Download<float>(Slot, values);
        return values;
    }

    /// <summary>A copy of the elements as the tensor of System.Numerics.Tensors.</summary>
    public static implicit operator ReadOnlyTensorSpan<float>(Tensor tensor)
    {
        nint[] lengths = [.. tensor.Shape.Extents.ToArray().Select(extent => (nint)extent)];
        return new ReadOnlyTensorSpan<float>(tensor.ToArray(), lengths);
    }

    /// <summary>The shape and the first elements.</summary>
    public override string ToString()
    {
        const int Most = 8;
        float[] values = ToArray();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Shape} [");
        text.AppendJoin(", ", values.Take(Most).Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));
        return text.Append(values.Length > Most ? ", ...]" : "]").ToString();
    }

    /// <summary>The elements of a tensor of the host.</summary>
    internal ReadOnlySpan<float> HostValues => Tape is null ? _values : throw new ArgumentException($"The tensor of {Shape} is on a tape already.");

    /// <summary>Says that its memory was given back.</summary>
    internal void Release() => _isReleased = true;
}
