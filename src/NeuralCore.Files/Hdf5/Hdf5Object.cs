using System.Buffers.Binary;

namespace NeuralCore.Files.Hdf5;

/// <summary>A group or a dataset: its attributes, the objects in it, its numbers.</summary>
internal sealed class Hdf5Object
{
    private readonly Hdf5File _file;
    private readonly List<Hdf5Message> _messages;
    private Hdf5Numbers? _numbers;
    private readonly Lazy<Dictionary<string, ulong>> _links;
    private readonly Lazy<Dictionary<string, Hdf5Attribute>> _attributes;

    public Hdf5Object(Hdf5File file, ulong address)
    {
        _file = file;
        _messages = Hdf5ObjectHeader.Read(file.Memory, address);
        _links = new(() => Hdf5Links.Read(file.Memory, _messages), isThreadSafe: false);
        _attributes = new(ReadAttributes, isThreadSafe: false);
    }

    /// <summary>Whether it holds numbers rather than objects.</summary>
    public bool IsDataset => _messages.Any(message => message.Kind == Hdf5MessageKind.Layout);

    /// <summary>The names of the objects in it.</summary>
    public IReadOnlyCollection<string> Names => _links.Value.Keys;

    /// <summary>The object of a name in it, or null.</summary>
    /// <exception cref="InvalidDataException">The name stands for a soft or external link, or the object is damaged.</exception>
    public Hdf5Object? Find(string name) => _links.Value.TryGetValue(name, out ulong address)
        ? _file.Object(address != Hdf5Memory.Undefined
            ? address
            : throw new InvalidDataException($"has a soft or external link by the name {FileText.Quote(name)}, and those are not followed"))
        : null;

    /// <summary>The object at the end of a path like <c>conv2d/kernel:0</c>, or null.</summary>
    public Hdf5Object? FindPath(string path)
    {
        Hdf5Object? current = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            current = current?.Find(name);
        }

        return current;
    }

    /// <summary>An attribute, or null.</summary>
    public Hdf5Attribute? Attribute(string name) => _attributes.Value.GetValueOrDefault(name);

    /// <summary>The texts of an attribute, which Keras cuts into <c>name0</c>, <c>name1</c>, ... when they are many; null if there is no attribute.</summary>
    public string[]? Texts(string name)
    {
        if (Attribute(name) is { } whole)
        {
            return whole.ReadTexts();
        }

        var texts = new List<string>();
        for (int part = 0; Attribute($"{name}{part}") is { } attribute; part++)
        {
            texts.AddRange(attribute.ReadTexts());
        }

        return Attribute($"{name}0") is null ? null : [.. texts];
    }

    /// <summary>The extents of a dataset.</summary>
    public int[] Extents() => Hdf5Space.Read(Message(Hdf5MessageKind.Dataspace));

    /// <summary>The shape of a dataset of real numbers of which every byte lies in the file.</summary>
    /// <param name="name">Its name, for the message.</param>
    /// <exception cref="InvalidDataException">It holds something else, or lies elsewhere.</exception>
    public Shape FloatShape(string name)
    {
        int[] extents = Extents();
        if (extents.Contains(0))
        {
            throw new InvalidDataException($"holds {FileText.Quote(name)} without any numbers");
        }

        Hdf5Type type = Hdf5Type.Read(Message(Hdf5MessageKind.Datatype));
        if (!type.IsReal)
        {
            throw new InvalidDataException($"holds {FileText.Quote(name)} as {type}, and little-endian numbers of 16, 32 or 64 bits are read");
        }

        var shape = new Shape(extents);
        Numbers(name, type, extents);
        return shape;
    }

    /// <summary>The numbers of a dataset whose shape was asked for, row-major.</summary>
    public float[] ReadFloats(string name)
    {
        FloatShape(name);
        return _numbers!.Floats();
    }

    /// <summary>The bytes that a dataset whose shape was asked for takes in the file.</summary>
    public long StoredBytes => _numbers!.StoredBytes;

    /// <summary>The whole number of a dataset that holds one of 32 or 64 bits; null if it holds something else.</summary>
    public long? ReadInteger(string name)
    {
        Hdf5Type type = Hdf5Type.Read(Message(Hdf5MessageKind.Datatype));
        if (Hdf5Space.Count(Extents()) != 1 || type is not { Class: Hdf5Class.Integer, IsPlain: true, Size: 4 or 8 })
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = Numbers(name, type, Extents()).Bytes;
        return type.Size == 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private Hdf5Numbers Numbers(string name, Hdf5Type type, int[] extents)
    {
        if (_messages.Any(message => message.Kind == Hdf5MessageKind.ExternalFiles))
        {
            throw new InvalidDataException($"holds {FileText.Quote(name)} in another file, which is not read");
        }

        IReadOnlyList<Hdf5Filter> filters = _messages.Any(message => message.Kind == Hdf5MessageKind.Filters) ? Hdf5Filters.Read(Message(Hdf5MessageKind.Filters)) : [];
        return _numbers ??= new Hdf5Numbers(_file.Memory, name, type, extents, One(Hdf5MessageKind.Layout), filters);
    }

    private ReadOnlySpan<byte> Message(Hdf5MessageKind kind)
    {
        Hdf5Message message = One(kind);
        return _file.Memory.Read(message.Address, message.Size, "a dataset");
    }

    private Hdf5Message One(Hdf5MessageKind kind)
    {
        foreach (Hdf5Message message in _messages)
        {
            if (message.Kind == kind && !message.IsShared)
            {
                return message;
            }
        }

        throw Hdf5Memory.Damage("a dataset has no shape, no type or no place");
    }

    private Dictionary<string, Hdf5Attribute> ReadAttributes()
    {
        var attributes = new Dictionary<string, Hdf5Attribute>();
        foreach (Hdf5Message message in _messages)
        {
            if (message is { Kind: Hdf5MessageKind.Attribute, IsShared: false })
            {
                Add(Hdf5Attribute.Read(_file, message.Address, message.Size));
            }
            else if (message.Kind == Hdf5MessageKind.AttributeInfo)
            {
                foreach ((ulong address, ulong size) in Hdf5Dense.Attributes(_file.Memory, message))
                {
                    Add(Hdf5Attribute.Read(_file, address, size));
                }
            }
        }

        return attributes;

        void Add(Hdf5Attribute attribute)
        {
            if (!attributes.TryAdd(attribute.Name, attribute))
            {
                throw new InvalidDataException($"has the attribute {FileText.Quote(attribute.Name)} twice");
            }
        }
    }
}
