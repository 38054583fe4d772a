using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NeuralCore.Files.Onnx;

/// <summary>A tensor of a file. Its numbers stay in the file until they are read.</summary>
internal sealed class OnnxTensor
{
    private const int MostAxes = 16;
    private const int DimsField = 1, TypeField = 2, FloatsField = 4, Int32Field = 5, Int64Field = 7, NameField = 8, RawField = 9, DoublesField = 10, ExternalField = 13;
    private const int LocationField = 14;
    private const ulong ExternalLocation = 1;

    private readonly List<long> _dims = [];
    private readonly List<ArraySegment<byte>> _floats = [], _doubles = [];
    private readonly List<float> _singles = [];
    private readonly List<ProtoField> _integers = [];
    private readonly Dictionary<string, string> _elsewhere = [];
    private ArraySegment<byte>? _raw;
    private bool _isElsewhere;

    private OnnxTensor()
    {
    }

    /// <summary>Its name in the graph; empty for an attribute's value.</summary>
    public string Name { get; private set; } = "";

    /// <summary>ONNX's number of its type.</summary>
    public OnnxType Type { get; private set; }

    /// <summary>Its extents, each at least 0.</summary>
    public IReadOnlyList<long> Dims => _dims;

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

    /// <summary>Whether another tensor has the same type and extents, and the same numbers where this one has any.</summary>
    public bool IsLike(OnnxTensor other) => Type == other.Type && Dims.SequenceEqual(other.Dims)
        && (_raw is not { Count: > 0 } mine || (other._raw is { } theirs && mine.AsSpan().SequenceEqual(theirs)));

    /// <summary>Its numbers, known to be there.</summary>
    /// <param name="files">Where other files' bytes come from.</param>
    /// <exception cref="InvalidDataException">They are more or fewer than the extents say, or of a type that is not read.</exception>
    public OnnxConstant Constant(OnnxExternalFiles files)
    {
        long count = 1;
        foreach (long dim in _dims)
        {
            if (dim is < 0 or > int.MaxValue || (count *= dim) > int.MaxValue)
            {
                throw new InvalidDataException($"has the tensor {FileText.Quote(Name)} of an impossible size");
            }
        }

        int[] dims = [.. _dims.Select(dim => (int)dim)];
        int size = Type switch
        {
            OnnxType.Float or OnnxType.Int32 => 4,
            OnnxType.Double or OnnxType.Int64 => 8,
            OnnxType.Half or OnnxType.BFloat16 => 2,
            OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Bool => 1,
            _ => throw new InvalidDataException($"holds the tensor {FileText.Quote(Name)} as ONNX's data type {(long)Type}, and numbers of 8 to 64 bits are read"),
        };
        ArraySegment<byte>? bytes = _isElsewhere ? files.Find(Name, _elsewhere, count * size) : _raw;
        if (bytes is { } raw && raw.Count != count * size)
        {
            throw Torn();
        }

        return Type is OnnxType.Float or OnnxType.Double or OnnxType.Half or OnnxType.BFloat16
            ? Floats(dims, (int)count, bytes, size)
            : OnnxConstant.Of(dims, Integers((int)count, bytes, size), Name);
    }

    private OnnxConstant Floats(int[] dims, int count, ArraySegment<byte>? bytes, int size)
    {
        if (bytes is { } raw)
        {
            return OnnxConstant.Lazy(dims, () => Widen(raw), Name, raw.Count);
        }

        long listed = Type switch
        {
            OnnxType.Float => _singles.Count + _floats.Sum(list => (long)list.Count / sizeof(float)),
            OnnxType.Double => _doubles.Sum(list => (long)list.Count / sizeof(double)),
            _ => count == 0 ? 0 : ProtoReader.Count(_integers, count + 1),
        };
        if (listed != count)
        {
            throw Torn();
        }

        return OnnxConstant.Lazy(dims, () => Listed(count), Name, (long)count * size);
    }

    private float[] Listed(int count) => Type switch
    {
        OnnxType.Float => [.. _floats.SelectMany(list => MemoryMarshal.Cast<byte, float>(list.AsSpan()[..(list.Count / 4 * 4)]).ToArray()), .. _singles],
        OnnxType.Double => [.. _doubles.SelectMany(list => MemoryMarshal.Cast<byte, double>(list.AsSpan()[..(list.Count / 8 * 8)]).ToArray()).Select(value => (float)value)],

        // Numbers of 16 bits are listed as whole ones of their bits.
        _ => [.. ProtoReader.All(_integers).Take(count).Select(bits => Type == OnnxType.Half ? (float)BitConverter.UInt16BitsToHalf((ushort)bits) : BitConverter.UInt32BitsToSingle((uint)(ushort)bits << 16))],
    };

    private float[] Widen(ArraySegment<byte> raw)
    {
        switch (Type)
        {
            case OnnxType.Float:
                return MemoryMarshal.Cast<byte, float>(raw).ToArray();
            case OnnxType.Double:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, double>(raw).ToArray(), value => (float)value);
            default:
                return Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(raw).ToArray(), bits =>
                    Type == OnnxType.Half ? (float)BitConverter.UInt16BitsToHalf(bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16));
        }
    }

    private long[] Integers(int count, ArraySegment<byte>? bytes, int size)
    {
        if (count > OnnxConstant.MostIntegers)
        {
            throw new InvalidDataException($"has {count:N0} whole numbers in the tensor {FileText.Quote(Name)}, more than any shape or list of indices");
        }

        if (bytes is not { } raw)
        {
            long[] listed = [.. ProtoReader.All(_integers).Take(count + 1)];
            return listed.Length == count ? listed : throw Torn();
        }

        var integers = new long[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> element = raw.AsSpan(i * size, size);
            integers[i] = Type switch
            {
                OnnxType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
                OnnxType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
                OnnxType.Int8 => (sbyte)element[0],
                _ => element[0],
            };
        }

        return integers;
    }

    private InvalidDataException Torn() => new($"holds more or fewer numbers of the tensor {FileText.Quote(Name)} than its shape says");

    private void Take(ProtoReader reader, ProtoField field)
    {
        switch (field.Number)
        {
            case DimsField:
                _dims.AddRange(ProtoReader.Integers(field).Take(MostAxes + 1 - _dims.Count));
                break;
            case TypeField:
                Type = (OnnxType)field.Value;
                break;
            case FloatsField when field.Bytes.Array is not null:
                _floats.Add(field.Bytes);
                break;
            case FloatsField:
                _singles.Add(BitConverter.UInt32BitsToSingle((uint)field.Value));
                break;
            case DoublesField when field.Bytes.Array is not null:
                _doubles.Add(field.Bytes);
                break;
            case Int32Field or Int64Field:
                _integers.Add(field);
                break;
            case NameField:
                Name = reader.Text(field);
                break;
            case RawField:
                _raw = field.Bytes.Array is null ? default(ArraySegment<byte>) : field.Bytes;
                break;
            case ExternalField:
                (string key, string value) = reader.Entry(field.Bytes);
                (_elsewhere[key], _isElsewhere) = (value, true);
                break;
            case LocationField:
                _isElsewhere |= field.Value == ExternalLocation;
                break;
        }
    }
}

/// <summary>The types of ONNX's tensors that are read.</summary>
internal enum OnnxType : long
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Half = 10,
    Double = 11,
    BFloat16 = 16,
}
