namespace NeuralCore.Files;

/// <summary>
/// A tensor of a network in a file, while the network is put together: the value of the engine that holds the same numbers, their order in the
/// file, and the shape that the file sees. Reshaping and transposing change only what the file sees.
/// </summary>
internal sealed class FileValue
{
    private readonly FileInput? _input;
    private readonly Value? _value;
    private readonly Placement _placement;

    /// <summary>A value that is open yet: an input, perhaps with its axes moved.</summary>
    public FileValue(FileInput input, Placement placement, int[] dims) => (_input, _placement, Dims) = (input, placement, dims);

    /// <summary>What a layer gave.</summary>
    /// <param name="value">The engine's value.</param>
    /// <param name="placement">The order of its numbers in the file.</param>
    /// <param name="dims">The extents of one item in the file.</param>
    public FileValue(Value value, Placement placement, int[] dims) => (_value, _placement, Dims) = (value, placement, dims);

    /// <summary>The extents of one item in the file.</summary>
    public int[] Dims { get; }

    /// <summary>The numbers of one item.</summary>
    public int Count => _placement.Count;

    /// <summary>The input that this still is, while nothing was applied to it but a change of shape; else null.</summary>
    public FileInput? Raw => _input is { IsRaw: true } ? _input : null;

    /// <summary>Whether this is an input whose order of axes in the engine is open.</summary>
    public bool IsOpen => _input is { IsOpen: true };

    /// <summary>The engine's value; an input whose axes are open gets their usual meaning.</summary>
    public Value Value => _value ?? _input!.Value;

    /// <summary>The order of its numbers in the file.</summary>
    public Placement Placement => _input is null ? _placement : _placement.Then(_input.Placement);

    /// <summary>Whether there is a list of where its numbers stand.</summary>
    public bool IsMoved => !_placement.IsSame;

    /// <summary>Gives the axes of an input their usual meaning, if they are open.</summary>
    public void DecideAxes() => _input?.DecideAsUsual();

    /// <summary>The same numbers, as a layer gave them that changes neither shape nor order.</summary>
    public FileValue With(Value value) => new(value, Placement, Dims);

    /// <summary>The same numbers under another shape.</summary>
    public FileValue Reshape(int[] dims)
    {
        if (_input is null)
        {
            return new FileValue(_value!, _placement, dims);
        }

        // An image is what comes in; what it is reshaped to does not tell its axes, unless axes of extent 1 alone come or go.
        if (_input.Dims.Length == 3 && dims.Length == 3 && !dims.Where(dim => dim > 1).SequenceEqual(Dims.Where(dim => dim > 1)))
        {
            _input.DecideAsUsual();
        }

        return new FileValue(_input, _placement, dims);
    }

    /// <summary>The same numbers with the axes in another order.</summary>
    /// <param name="order">Which axis comes to each place.</param>
    public FileValue Transpose(int[] order)
    {
        Placement moved = _placement.Transpose(Dims, order);
        int[] dims = [.. order.Select(axis => Dims[axis])];
        return _input is null ? new FileValue(_value!, moved, dims) : new FileValue(_input, moved, dims);
    }

    /// <summary>Makes it an image of which the file has the channels first or last; an input that is open becomes one.</summary>
    /// <returns>Null where it is none, or has its axes in another order.</returns>
    public FileValue? AsImage(bool channelsFirst)
    {
        if (Dims is not [var first, var second, var third])
        {
            return null;
        }

        (int height, int width, int channels) = channelsFirst ? (second, third, first) : (first, second, third);
        Placement wanted = channelsFirst ? Placement.ChannelsFirst(channels, height * width) : Placement.Same(Count);
        if (_input is { IsOpen: true })
        {
            _input.Decide(new Shape(height, width, channels), _placement.Inverse().Then(wanted));
        }

        return Placement.Equals(wanted) ? this : null;
    }

    /// <summary>
    /// The shape that the engine's value has to have for its axes to be the file's, in the file's order or with the channels last; null where it has
    /// that already, or its numbers stand in another order.
    /// </summary>
    public Shape? WantedShape
    {
        get
        {
            if (IsOpen || Dims.Length > 3)
            {
                return null;
            }

            ReadOnlySpan<int> has = Value.Shape.Extents;
            bool isFirst = Dims.Length == 3 && Placement.Equals(Placement.ChannelsFirst(Dims[0], Dims[1] * Dims[2]));
            int[] turned = isFirst ? [Dims[1], Dims[2], Dims[0]] : [];
            bool isSettled = (Placement.IsSame && (has.SequenceEqual(Dims) || (has is [var rows, var columns, 1] && Dims is [var r, var c] && r == rows && c == columns)))
                || (isFirst && has.SequenceEqual(turned));
            return isSettled ? null : Placement.IsSame ? new Shape(Dims) : isFirst ? new Shape(turned) : null;
        }
    }

    /// <summary>The axis of the engine's value that one of the file's is; null where the two do not correspond.</summary>
    public int? EngineAxis(int axis)
    {
        if (Placement.IsSame && Value.Shape.Extents.SequenceEqual(Dims))
        {
            return axis;
        }

        // An image without an axis of channels is one of one channel here.
        if (Dims.Length == 2 && Placement.IsSame && Value.Shape.Rank == 3 && Value.Shape[0] == Dims[0] && Value.Shape[1] == Dims[1])
        {
            return axis;
        }

        return Dims.Length == 3 && AsImage(channelsFirst: true) is not null && Value.Shape.Rank == 3 ? (axis + 2) % 3 : null;
    }
}
