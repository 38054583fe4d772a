namespace NeuralCore.Files;

/// <summary>
/// Puts a network together while a file's own description of it is read: applies layers, gives them names of their own, and keeps account of which
/// tensor of the file each weight is.
/// </summary>
internal sealed class NetworkAssembly
{
    // A batch of 128 items of this size takes 4 GiB: whatever is larger is damage, or nothing for this program.
    private const int MostElements = LayerSettings.LargestElements;

    // Far above any network that fits in memory.
    private const int MostCalls = 20_000;

    // What lists of places may take in all, in numbers: they are made where a file moves axes about in unusual ways.
    private const long MostMoved = 1L << 27;

    private readonly HashSet<string> _names = [];
    private readonly Dictionary<Weight, StoredTensor> _tensors = [];
    private readonly List<string> _remarks = [];
    private long _moved;
    private int _calls;

    /// <summary>The tensors of weights.</summary>
    public IReadOnlyDictionary<Weight, StoredTensor> Tensors => _tensors;

    /// <summary>What was understood differently from what is written.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Throws unless an item of this many numbers is one that this program computes with.</summary>
    public static int RequireSize(IEnumerable<int> dims)
    {
        long count = 1;
        foreach (int dim in dims)
        {
            count *= dim;
            if (count > MostElements)
            {
                throw new InvalidDataException($"has a layer of more than {MostElements:N0} outputs");
            }
        }

        return (int)count;
    }

    /// <summary>Says something once.</summary>
    public void Remark(string sentence)
    {
        if (!_remarks.Contains(sentence))
        {
            _remarks.Add(sentence);
        }
    }

    /// <summary>A name that no other layer has: the one that is asked for, or that and a number.</summary>
    public string NameFor(string wanted)
    {
        string name = wanted;
        for (int number = 1; !_names.Add(name); number++)
        {
            name = $"{wanted}_{number}";
        }

        return name;
    }

    /// <summary>Applies a layer.</summary>
    /// <exception cref="ArgumentException">It cannot take such inputs.</exception>
    public Value Apply(Layer layer, params ReadOnlySpan<Value> inputs)
    {
        if (++_calls > MostCalls)
        {
            throw new InvalidDataException($"applies layers more than {MostCalls:N0} times");
        }

        Value output = layer.Apply(inputs);
        RequireSize(output.Shape.Extents.ToArray());
        return output;
    }

    /// <summary>Says which tensor of the file a weight is.</summary>
    public void Set(Weight weight, StoredTensor tensor) => _tensors.TryAdd(weight, tensor);

    /// <summary>Whether it is known which tensor of the file a weight is.</summary>
    public bool Knows(Weight weight) => _tensors.ContainsKey(weight);

    /// <summary>The engine's image of a file's, of height x width x channels; null where it is none.</summary>
    public Value? Image(FileValue value, bool channelsFirst)
    {
        Charge(value);
        if (value.AsImage(channelsFirst) is not { } image)
        {
            return null;
        }

        Shape shape = channelsFirst ? new Shape(value.Dims[1], value.Dims[2], value.Dims[0]) : new Shape(value.Dims);
        return image.Value.Shape == shape ? image.Value : Reshaped(image.Value, shape);
    }

    /// <summary>A value whose shape in the engine is the file's, where a file has reshaped it.</summary>
    public FileValue Settled(FileValue value)
    {
        Charge(value);
        return value.WantedShape is { } shape ? value.With(Reshaped(value.Value, shape)) : value;
    }

    /// <summary>The same for a layer that works along an axis: an input whose order of axes is open gets the usual one.</summary>
    public FileValue SettledAxes(FileValue value)
    {
        value.DecideAxes();
        return Settled(value);
    }

    /// <summary>The engine's flat vector of a file's.</summary>
    public Value Vector(FileValue value)
    {
        Charge(value);
        return value.Value.Shape.Rank == 1 ? value.Value : Apply(new Flatten(), value.Value);
    }

    /// <summary>The engine's values of some that meet element by element.</summary>
    /// <exception cref="ArgumentException">They have their axes in different orders.</exception>
    public Value[] Alike(IReadOnlyList<FileValue> values)
    {
        // An input whose order is open takes that of what it meets.
        if (values.FirstOrDefault(value => !value.IsOpen && value.Dims.Length == 3) is { } known)
        {
            bool isFirst = known.AsImage(channelsFirst: true) is not null;
            foreach (FileValue open in values.Where(value => value.IsOpen))
            {
                open.AsImage(isFirst);
            }
        }

        FileValue[] settled = [.. values.Select(Settled)];
        return settled.All(value => value.Placement.Equals(settled[0].Placement) && value.Value.Shape == settled[0].Value.Shape)
            ? [.. settled.Select(value => value.Value)]
            : throw new ArgumentException("It takes tensors that have their axes in the same order.");
    }

    /// <summary>Puts axes in another order.</summary>
    public FileValue Transpose(FileValue value, int[] order)
    {
        Charge(value);
        return value.Transpose(order);
    }

    private Value Reshaped(Value value, Shape shape)
    {
        var reshape = new Reshape(shape.Extents);
        reshape.SetName(NameFor(reshape.Kind));
        return Apply(reshape, value);
    }

    private void Charge(FileValue value)
    {
        _moved += value.IsMoved ? value.Count : 0;
        if (_moved > MostMoved)
        {
            throw new InvalidDataException("transposes its tensors more often than any network of this program does");
        }
    }
}
