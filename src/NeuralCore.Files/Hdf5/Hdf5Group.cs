namespace NeuralCore.Files.Hdf5;

/// <summary>A group that is to be written: its attributes, and groups and datasets by name.</summary>
internal sealed class Hdf5Group
{
    private readonly SortedDictionary<string, object> _items = new(StringComparer.Ordinal);
    private readonly List<(string Name, Hdf5Values Values)> _attributes = [];

    /// <summary>What is in it: groups and <see cref="Hdf5Values"/>, in the order of their names.</summary>
    public IReadOnlyCollection<KeyValuePair<string, object>> Items => _items;

    /// <summary>Its attributes.</summary>
    public IReadOnlyList<(string Name, Hdf5Values Values)> Attributes => _attributes;

    /// <summary>Adds an attribute.</summary>
    public Hdf5Group With(string name, Hdf5Values values)
    {
        _attributes.Add((name, values));
        return this;
    }

    /// <summary>The group of a path below this one, made where there is none.</summary>
    public Hdf5Group Group(string path)
    {
        Hdf5Group group = this;
        foreach (string name in path.Split('/'))
        {
            if (!group._items.TryGetValue(name, out object? inner))
            {
                group._items[name] = inner = new Hdf5Group();
            }

            group = (Hdf5Group)inner;
        }

        return group;
    }

    /// <summary>Adds a dataset at a path below this group.</summary>
    public void Add(string path, Hdf5Values values)
    {
        int end = path.LastIndexOf('/');
        (end < 0 ? this : Group(path[..end]))._items.Add(path[(end + 1)..], values);
    }
}

/// <summary>Numbers or texts that are to be written, with their type and shape as HDF5 says them.</summary>
/// <param name="Type">The datatype message.</param>
/// <param name="Extents">The extents; none for a single one.</param>
/// <param name="Bytes">The bytes, row-major; null for a text of variable length, which stands elsewhere.</param>
/// <param name="Text">That text.</param>
internal sealed record Hdf5Values(byte[] Type, int[] Extents, byte[]? Bytes, byte[]? Text = null)
{
    // What an attribute of a group can hold, and what Keras cuts its lists at.
    private const int MostAttributeBytes = 64_512;

    private static readonly byte[] Float32 = [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
    private static readonly byte[] Float64 = [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0];
    private static readonly byte[] Int32 = [0x10, 0x08, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0];
    private static readonly byte[] Int64 = [0x10, 0x08, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0];

    /// <summary>A tensor of float32.</summary>
    public static Hdf5Values Of(Shape shape, ReadOnlySpan<float> values) => new(Float32, shape.Extents.ToArray(), System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>One float32.</summary>
    public static Hdf5Values Of(float value) => new(Float32, [], BitConverter.GetBytes(value));

    /// <summary>One whole number of 32 bits.</summary>
    public static Hdf5Values Of(int value) => new(Int32, [], BitConverter.GetBytes(value));

    /// <summary>One whole number of 64 bits.</summary>
    public static Hdf5Values Of(long value) => new(Int64, [], BitConverter.GetBytes(value));

    /// <summary>One text, of fixed length where an attribute has room for it.</summary>
    public static Hdf5Values Of(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return bytes.Length <= MostAttributeBytes ? new Hdf5Values(Fixed(Math.Max(bytes.Length, 1)), [], bytes.Length > 0 ? bytes : [0]) : Variable(bytes);
    }

    /// <summary>One text of variable length, as Keras 3 writes it.</summary>
    public static Hdf5Values Variable(string text) => Variable(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Texts of fixed length. A list without elements has no type in Python, and becomes one of float64.</summary>
    public static Hdf5Values Of(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return new Hdf5Values(Float64, [0], []);
        }

        byte[][] all = [.. texts.Select(System.Text.Encoding.UTF8.GetBytes)];
        int length = Math.Max(1, all.Max(text => text.Length));
        return new Hdf5Values(Fixed(length), [texts.Count], [.. all.SelectMany(text => text.Concat(new byte[length - text.Length]))]);
    }

    /// <summary>An attribute's list of texts, in as many parts as each has room for: <c>name</c>, or <c>name0</c>, <c>name1</c> and so on.</summary>
    public static IEnumerable<(string Name, Hdf5Values Values)> Parts(string name, IReadOnlyList<string> texts)
    {
        int longest = texts.Count == 0 ? 1 : texts.Max(System.Text.Encoding.UTF8.GetByteCount), most = Math.Max(1, MostAttributeBytes / Math.Max(1, longest));
        return texts.Count <= most ? [(name, Of(texts))] : texts.Chunk(most).Select((part, i) => ($"{name}{i}", Of(part)));
    }

    private static Hdf5Values Variable(byte[] text) => new([0x19, 1, 1, 0, 16, 0, 0, 0, 0x13, 0, 0, 0, 1, 0, 0, 0], [], null, text);

    // Filled up with zeros, ASCII: what numpy calls S.
    private static byte[] Fixed(int length) => [0x13, 1, 0, 0, .. BitConverter.GetBytes(length)];
}
