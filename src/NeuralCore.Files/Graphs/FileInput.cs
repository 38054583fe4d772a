namespace NeuralCore.Files;

/// <summary>
/// An input of a network in a file. In which order of axes the engine takes it is open until a layer needs to know: a file may keep channels first,
/// leave out a single channel, or transpose at once. What the network does with its raw values before all else becomes preprocessing.
/// </summary>
/// <param name="name">Its name in the file.</param>
/// <param name="dims">The extents of one item.</param>
/// <param name="hasChannelsFirst">Whether an image has its channels first where no layer tells; null where its extents are to tell.</param>
internal sealed class FileInput(string name, int[] dims, bool? hasChannelsFirst)
{
    private const double Hair = 1e-6;

    private readonly List<Preprocessing> _steps = [];
    private Value? _value;
    private Shape? _shape;
    private Placement? _placement;
    private double _scale = 1, _offset;
    private bool _isByChannel, _isShared;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>How raw values are prepared where the file does not say.</summary>
    public required Preprocessing Unsaid { get; init; }

    /// <summary>How raw values are prepared, where a note of this program's tells; then nothing in the network does.</summary>
    public Preprocessing? Noted { get; init; }

    /// <summary>Whether it takes bytes, which are raw pixels.</summary>
    public bool TakesBytes { get; init; }

    /// <summary>The extents in the file.</summary>
    public int[] Dims => dims;

    /// <summary>Whether the engine's order of axes is open.</summary>
    public bool IsOpen => _shape is null;

    /// <summary>Whether nothing was applied to it yet, so that what is done to it can still be preprocessing.</summary>
    public bool IsRaw => _value is null && Noted is null && !_isShared;

    /// <summary>Whether the file says how raw values are prepared.</summary>
    public bool SaysPreprocessing => Noted is not null || TakesBytes || Known() is not null;

    /// <summary>The input as a file has it.</summary>
    public FileValue Begin() => new(this, Placement.Same(dims.Aggregate(1, (product, dim) => product * dim)), dims);

    /// <summary>Where the file's numbers go in the engine.</summary>
    public Placement Placement
    {
        get
        {
            DecideAsUsual();
            return _placement!;
        }
    }

    /// <summary>The engine's input.</summary>
    public Value Value
    {
        get
        {
            DecideAsUsual();
            return _value ??= Value.Input(_shape!.Value, Prepared(), name);
        }
    }

    /// <summary>Sets the engine's shape and order of axes.</summary>
    public void Decide(Shape shape, Placement placement) => (_shape, _placement) = (shape, placement);

    /// <summary>
    /// Gives the axes their usual meaning, unless a layer has decided: where the file does not say more, a first axis of one to four that is shorter
    /// than the last holds the channels.
    /// </summary>
    public void DecideAsUsual()
    {
        const int MostChannels = 4;
        if (_shape is not null)
        {
            return;
        }

        int count = dims.Aggregate(1, (product, dim) => product * dim);
        bool first = dims.Length == 3 && (hasChannelsFirst ?? (dims[0] <= MostChannels && dims[0] < dims[2]));
        Decide(
            first ? new Shape(dims[1], dims[2], dims[0]) : dims.Length == 2 ? new Shape(dims[0], dims[1], 1) : new Shape(dims),
            first ? Placement.ChannelsFirst(dims[0], dims[1] * dims[2]) : Placement.Same(count));
    }

    /// <summary>Notes that several layers read the input as it is, so that what one of them does to it is no preprocessing.</summary>
    public void Share() => _isShared = true;

    /// <summary>Takes a step of the network for preprocessing: x * scale + offset, one number for all or one a channel.</summary>
    public void Rescale(double[] scale, double[] offset)
    {
        Combine(scale, offset);
        _steps.Add(Preprocessing.Rescale([.. scale.Select(s => (float)s)], [.. offset.Select(o => (float)o)]));
    }

    /// <summary>Takes a step of the network for preprocessing: (x - mean) / deviation, one number for all or one a channel.</summary>
    public void Standardize(double[] mean, double[] deviation)
    {
        Combine([.. deviation.Select(d => 1 / d)], [.. mean.Zip(deviation, (m, d) => -m / d)]);
        _steps.Add(Preprocessing.Standardize([.. mean.Select(m => (float)m)], [.. deviation.Select(d => (float)d)]));
    }

    private void Combine(double[] scale, double[] offset)
    {
        _isByChannel |= scale.Length > 1;
        (_scale, _offset) = (_scale * scale[0], (_offset * scale[0]) + offset[0]);
    }

    /// <summary>What the steps come to, where that is one of the ways to take pixels 0 to 255.</summary>
    private Preprocessing? Known()
    {
        bool Is(double scale, double offset) => !_isByChannel && Math.Abs((_scale / scale) - 1) < Hair && Math.Abs(_offset - offset) < Hair;
        return Is(1 / 255.0, 0) ? Preprocessing.Scale : Is(1 / 127.5, -1) ? Preprocessing.MinusOneToOne : null;
    }

    private Preprocessing Prepared() => Noted ?? Known() ?? _steps.Aggregate(TakesBytes ? Preprocessing.None : Unsaid, (all, step) => all.Then(step));
}
