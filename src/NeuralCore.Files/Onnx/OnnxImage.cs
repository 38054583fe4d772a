
namespace NeuralCore.Files.Onnx;

/// <summary>
/// What is known of the tensor that flows through a graph: its extents without the batch, and which of the engine's axes (0 row,
/// 1 column, 2 channel) each of them is. The engine keeps channels last; a graph may put the axes in any order, and flatten them so.
/// </summary>
internal sealed class OnnxImage
{
    private const int Row = 0, Column = 1, Channel = 2;

    private OnnxImage(int[] dims, int[] axes) => (Dims, Axes) = (dims, axes);

    /// <summary>The extents in the order of the graph.</summary>
    public int[] Dims { get; private set; }

    /// <summary>The engine's axis at each place; for a flat tensor the order in which the axes were flattened.</summary>
    public int[] Axes { get; private set; }

    /// <summary>The shape that a flat tensor had in the engine; null for one that is not flat, or never was an image.</summary>
    public Shape? Flattened { get; private set; }

    /// <summary>Whether the axes have their meaning from a layer that needs it; until then they are numbered as the input has them.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Takes the extents of one input item.</summary>
    public static OnnxImage OfInput(int[] dims) => new(dims, [.. Enumerable.Range(0, dims.Length)]);

    /// <summary>Puts the axes in another order.</summary>
    /// <param name="order">Which axis comes to each place, the batch not counted.</param>
    public void Transpose(int[] order) => (Dims, Axes) = ([.. order.Select(axis => Dims[axis])], [.. order.Select(axis => Axes[axis])]);

    /// <summary>
    /// A new shape of the same extents, but for extents of 1: exporters reshape where a transposition of one channel would do.
    /// </summary>
    /// <returns>False where the numbers would come to lie in other rows.</returns>
    public bool TryReshape(int[] dims)
    {
        if (Flattened is not null || !Dims.Where(extent => extent != 1).SequenceEqual(dims.Where(extent => extent != 1)) || (IsDecided && dims.Length != Dims.Length))
        {
            return false;
        }

        if (!IsDecided)
        {
            return TryRestart(dims);
        }

        var wide = new Queue<int>(Axes.Where((_, place) => Dims[place] != 1));
        var narrow = new Queue<int>(Axes.Where((_, place) => Dims[place] == 1));
        (Dims, Axes) = (dims, [.. dims.Select(extent => extent == 1 ? narrow.Dequeue() : wide.Dequeue())]);
        return true;
    }

    /// <summary>Begins anew with other extents, for an input that nothing but reshapes has touched.</summary>
    /// <returns>False where its axes were moved.</returns>
    public bool TryRestart(int[] dims)
    {
        int[] wide = [.. Axes.Where((_, place) => Dims[place] != 1)];
        if (IsDecided || !wide.SequenceEqual(wide.Order()))
        {
            return false;
        }

        (Dims, Axes) = (dims, [.. Enumerable.Range(0, dims.Length)]);
        return true;
    }

    /// <summary>
    /// Gives the axes their meaning at a convolution or pooling, which take channel, row, column.
    /// </summary>
    /// <returns>False where the axes are in another order.</returns>
    public bool TryDecide()
    {
        if (Dims.Length != 3 || Flattened is not null)
        {
            return false;
        }

        if (IsDecided)
        {
            return Axes is [Channel, Row, Column];
        }

        if (Axes[1] > Axes[2])
        {
            return false;
        }

        (Axes, IsDecided) = ([Channel, Row, Column], true);
        return true;
    }

    /// <summary>
    /// Gives the axes of an input that is flattened at once their meaning. A transposition tells which of them was last; without
    /// one, a first axis of one to four that is shorter than the last is taken for the channels.
    /// </summary>
    public void Guess()
    {
        const int MostChannels = 4;
        if (!IsDecided && Dims.Length == 3)
        {
            bool first = Axes is [Channel, Row, Column] || (Axes is [Row, Column, Channel] && Dims[0] <= MostChannels && Dims[0] < Dims[2]);
            (Axes, IsDecided) = (first ? [Channel, Row, Column] : [Row, Column, Channel], true);
        }
    }

    /// <summary>The shape in the engine.</summary>
    public Shape Shape
    {
        get
        {
            if (!IsDecided || Flattened is not null)
            {
                return Dims.Length == 2 ? new Shape(Dims[0], Dims[1], 1) : new Shape(Dims);
            }

            var extents = new int[Dims.Length];
            for (int place = 0; place < Dims.Length; place++)
            {
                extents[Axes[place]] = Dims[place];
            }

            return new Shape(extents);
        }
    }

    /// <summary>Takes the engine's shape after a convolution or pooling.</summary>
    public void Resize(Shape shape) => Dims = [shape[Channel], shape[Row], shape[Column]];

    /// <summary>Makes one axis of all.</summary>
    public void Flatten()
    {
        Guess();
        Shape shape = Shape;
        Flattened = Flattened is not null || Dims.Length == 1 ? Flattened : shape;
        Dims = [shape.Count];
    }

    /// <summary>Takes the units of a dense layer, whose outputs have one order alone.</summary>
    public void Become(int units) => (Dims, Axes, Flattened, IsDecided) = ([units], [0], null, true);

    /// <summary>
    /// For each of the engine's features in its order (row, column, channel) the place in the order of the graph; null where the
    /// two are the same.
    /// </summary>
    public int[]? FeaturePlaces()
    {
        if (Flattened is not { Rank: 3 } shape || Axes is not { Length: 3 } || Axes is [Row, Column, Channel])
        {
            return null;
        }

        var strides = new int[3];
        int stride = 1;
        for (int place = 2; place >= 0; place--)
        {
            strides[Axes[place]] = stride;
            stride *= shape[Axes[place]];
        }

        var places = new int[shape.Count];
        int next = 0;
        for (int row = 0; row < shape[Row]; row++)
        {
            for (int column = 0; column < shape[Column]; column++)
            {
                for (int channel = 0; channel < shape[Channel]; channel++)
                {
                    places[next++] = (row * strides[Row]) + (column * strides[Column]) + (channel * strides[Channel]);
                }
            }
        }

        return places;
    }
}
