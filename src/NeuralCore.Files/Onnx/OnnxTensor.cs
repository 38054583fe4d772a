using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NeuralCore.Files.Onnx;

/// <summary>A constant of a graph. Its numbers stay in the file until they are read.</summary>
internal sealed class OnnxTensor
{
    private const int MostAxes = 16;
    private const long Float = 1, Int32 = 6, Int64 = 7, Double = 11;
    private const int DimsField = 1, TypeField = 2, FloatsField = 4, Int32Field = 5, Int64Field = 7, NameField = 8, RawField = 9, ExternalField = 13;
    private const ulong ExternalLocation = 1;
    private const int LocationField = 14;

    private readonly List<long> _dims = [];
    private readonly List<ArraySegment<byte>> _floats = [];
    private readonly List<float> _singles = [];
    private readonly List<long> _integers = [];
    private ArraySegment<byte>? _raw;
    private long _type;
    private bool _isElsewhere;

    private OnnxTensor()
    {
    }

    /// <summary>Its name in the graph; empty for an attribute's value.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Its extents, each at least 0.</summary>
    public IReadOnlyList<long> Dims => _dims;

    /// <summary>Whether its axes are to be taken in reverse order.</summary>
    public bool IsTransposed { get; private init; }

    /// <summary>Reads a TensorProto.</summary>
    public static OnnxTensor Read(ProtoReader reader, ArraySegment<byte> message)
    {
        var tensor = new OnnxTensor();
        foreach (ProtoField field in reader.Fields(message))
        {
            tensor.Take(reader, field);
        }

        return tensor._dims.Count <= MostAxes
            ? tensor
            : throw new InvalidDataException($"has the tensor {FileText.Quote(tensor.Name)} of more than {MostAxes} axes");
    }

    /// <summary>A matrix with rows and columns exchanged.</summary>
    public OnnxTensor Transpose()
    {
        var transposed = new OnnxTensor { Name = Name, _type = _type, _raw = _raw, _isElsewhere = _isElsewhere, IsTransposed = !IsTransposed };
        transposed._dims.AddRange(_dims.AsEnumerable().Reverse());
        transposed._floats.AddRange(_floats);
        transposed._singles.AddRange(_singles);
        return transposed;
    }

    /// <summary>The number of elements, when they are float32 and all in the file.</summary>
    /// <exception cref="InvalidDataException">They are something else, or more or fewer than the extents say.</exception>
    public int FloatCount()
    {
        long count = Count();
        if (_type != Float || _isElsewhere)
        {
            throw new InvalidDataException(
                $"holds the tensor {FileText.Quote(Name)} {(_isElsewhere ? "in another file" : $"as ONNX's data type {_type}")}, and only float32 in the file itself is read");
        }

        long there = _raw is { } raw ? raw.Count / (double)sizeof(float) == count ? count : -1 : _singles.Count + _floats.Sum(list => (long)list.Count / sizeof(float));
        return there == count
            ? (int)count
            : throw new InvalidDataException($"holds more or fewer numbers of the tensor {FileText.Quote(Name)} than its shape says");
    }

    /// <summary>The numbers, row-major in the order of the file.</summary>
    public float[] ReadFloats()
    {
        var values = new float[FloatCount()];
        if (_raw is { } raw)
        {
            raw.AsSpan().CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        Span<byte> rest = MemoryMarshal.AsBytes(values.AsSpan());
        foreach (ArraySegment<byte> list in _floats)
        {
            list.AsSpan()[..(list.Count / sizeof(float) * sizeof(float))].CopyTo(rest);
            rest = rest[(list.Count / sizeof(float) * sizeof(float))..];
        }

        _singles.CopyTo(values, values.Length - _singles.Count);
        return values;
    }

    /// <summary>A short list of whole numbers, as shapes are.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public long[] ReadIntegers()
    {
        long count = Count();
        int size = _type == Int64 ? sizeof(long) : sizeof(int);
        if (_type is Int64 or Int32 && count <= MostAxes)
        {
            if (_raw is null && _integers.Count == count)
            {
                return [.. _integers];
            }

            if (_raw is { } raw && raw.Count == count * size)
            {
                return [.. Enumerable.Range(0, (int)count).Select(i => Integer(raw, i))];
            }
        }

        throw new InvalidDataException($"has the tensor {FileText.Quote(Name)} where a short list of whole numbers should be");

        long Integer(ArraySegment<byte> bytes, int i) => size == sizeof(long)
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * size))
            : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * size));
    }

    /// <summary>The one number of a scalar, as exact as it is; null for anything else.</summary>
    public double? Scalar()
    {
        if (Count() != 1)
        {
            return null;
        }

        return _type switch
        {
            Float => ReadFloats()[0],
            Double when _raw is { Count: sizeof(double) } raw => BinaryPrimitives.ReadDoubleLittleEndian(raw),
            _ => null,
        };
    }

    private void Take(ProtoReader reader, ProtoField field)
    {
        switch (field.Number)
        {
            case DimsField:
                _dims.AddRange(ProtoReader.Integers(field).Take(MostAxes + 1 - _dims.Count));
                break;
            case TypeField:
                _type = (long)field.Value;
                break;
            case FloatsField when field.Bytes.Array is not null:
                _floats.Add(field.Bytes);
                break;
            case FloatsField:
                _singles.Add(BitConverter.UInt32BitsToSingle((uint)field.Value));
                break;
            case Int32Field or Int64Field:
                _integers.AddRange(ProtoReader.Integers(field).Take(MostAxes + 1 - _integers.Count));
                break;
            case NameField:
                Name = reader.Text(field);
                break;
            case RawField:
                _raw = field.Bytes.Array is null ? default(ArraySegment<byte>) : field.Bytes;
                break;
            case ExternalField:
                _isElsewhere = true;
                break;
            case LocationField:
                _isElsewhere |= field.Value == ExternalLocation;
                break;
        }
    }

    private long Count()
    {
        long count = 1;
        foreach (long dim in _dims)
        {
            if (dim is < 0 or > int.MaxValue || (count *= dim) > int.MaxValue)
            {
                throw new InvalidDataException($"has the tensor {FileText.Quote(Name)} of an impossible size");
            }
        }

        return count;
    }
}
