namespace NeuralCore.Files;

/// <summary>
/// Where the numbers of one item stand: for each place in a file's row-major order the place in the engine's. Most tensors have the engine's order,
/// or are images with their channels first, whatever shape a file gives them; both are known without a list.
/// </summary>
internal sealed class Placement : IEquatable<Placement>
{
    private readonly int[]? _places;
    private readonly (int Channels, int Area)? _image;

    private Placement(int count, int[]? places, (int, int)? image) => (Count, _places, _image) = (count, places, image);

    /// <summary>The numbers of an item.</summary>
    public int Count { get; }

    /// <summary>Whether a file has the engine's order.</summary>
    public bool IsSame => _places is null && _image is null;

    /// <summary>The engine's order.</summary>
    public static Placement Same(int count) => new(count, null, null);

    /// <summary>Channels, rows, columns, where the engine has rows, columns, channels.</summary>
    public static Placement ChannelsFirst(int channels, int area) =>
        channels == 1 || area == 1 ? Same(checked(channels * area)) : new(checked(channels * area), null, (channels, area));

    /// <summary>Any order.</summary>
    public static Placement Of(int[] places)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] != i)
            {
                return new Placement(places.Length, places, null);
            }
        }

        return Same(places.Length);
    }

    /// <summary>The order of flat tensors one after the other.</summary>
    public static Placement Joined(IReadOnlyList<Placement> parts)
    {
        if (parts.All(part => part.IsSame))
        {
            return Same(parts.Sum(part => part.Count));
        }

        var places = new List<int>();
        foreach (Placement part in parts)
        {
            int start = places.Count;
            places.AddRange(part.Places().Select(place => start + place));
        }

        return Of([.. places]);
    }

    /// <summary>The engine's place of each of the file's.</summary>
    public int[] Places()
    {
        if (_places is not null)
        {
            return _places;
        }

        var places = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            places[i] = _image is (var channels, var area) ? (i % area * channels) + (i / area) : i;
        }

        return places;
    }

    /// <summary>The order after a file's axes were put in another.</summary>
    /// <param name="dims">The extents before.</param>
    /// <param name="order">Which axis comes to each place.</param>
    public Placement Transpose(int[] dims, int[] order)
    {
        if (order.SequenceEqual(Enumerable.Range(0, order.Length)))
        {
            return this;
        }

        if (dims.Length == 3 && _image is (var channels, _) && dims[0] == channels && order is [1, 2, 0])
        {
            return Same(Count);
        }

        if (dims.Length == 3 && IsSame && order is [2, 0, 1])
        {
            return ChannelsFirst(dims[2], dims[0] * dims[1]);
        }

        int[] places = Places();
        int[] steps = new int[dims.Length];
        for (int axis = dims.Length - 1, step = 1; axis >= 0; axis--)
        {
            steps[axis] = step;
            step *= dims[axis];
        }

        var moved = new int[Count];
        var index = new int[dims.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            int from = 0;
            for (int axis = 0; axis < order.Length; axis++)
            {
                from += index[axis] * steps[order[axis]];
            }

            moved[i] = places[from];
            for (int axis = order.Length - 1; axis >= 0 && ++index[axis] == dims[order[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return Of(moved);
    }

    /// <summary>Where numbers end up that first go here and then there.</summary>
    public Placement Then(Placement next)
    {
        if (IsSame || next.IsSame)
        {
            return IsSame ? next : this;
        }

        int[] there = next.Places();
        return Of([.. Places().Select(place => there[place])]);
    }

    /// <summary>The way back.</summary>
    public Placement Inverse()
    {
        if (IsSame)
        {
            return this;
        }

        int[] places = Places();
        var back = new int[Count];
        for (int i = 0; i < places.Length; i++)
        {
            back[places[i]] = i;
        }

        return Of(back);
    }

    /// <summary>Values of a file's order in the engine's.</summary>
    public float[] ToEngine(float[] values)
    {
        if (IsSame)
        {
            return values;
        }

        int[] places = Places();
        var moved = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            moved[places[i]] = values[i];
        }

        return moved;
    }

    /// <inheritdoc/>
    public bool Equals(Placement? other) => other is not null && Count == other.Count
        && ((_places is null && other._places is null) ? _image == other._image : Places().AsSpan().SequenceEqual(other.Places()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Placement);

    /// <inheritdoc/>
    public override int GetHashCode() => Count;
}
