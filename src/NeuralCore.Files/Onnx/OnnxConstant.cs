namespace NeuralCore.Files.Onnx;

/// <summary>
/// A tensor that does not depend on the network's inputs, but perhaps on the size of the batch: an initializer, or what was computed of some. Whole
/// numbers are shapes and indices, and there; others are read when they are needed.
/// </summary>
internal sealed class OnnxConstant
{
    /// <summary>The most whole numbers of a tensor.</summary>
    public const int MostIntegers = 1 << 16;

    /// <summary>Stands among whole numbers for the size of the batch, which is not known.</summary>
    public const long Batch = long.MinValue;

    // Numbers that were computed of others that were computed, and so on: each is a call on the stack.
    private const int MostDepth = 100;

    private readonly Func<float[]>? _read;
    private readonly int _depth;

    private OnnxConstant(int[] dims, long[]? integers, Func<float[]>? read, int depth) => (Dims, Integers, _read, _depth) = (dims, integers, read, depth);

    /// <summary>The extents.</summary>
    public int[] Dims { get; }

    /// <summary>The numbers, if they are whole ones.</summary>
    public long[]? Integers { get; }

    /// <summary>The name of the tensor that it is, or was made of.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The bytes that it takes in the file; 0 for one that was computed of no numbers of the file.</summary>
    public long Bytes { get; private init; }

    /// <summary>How many numbers there are.</summary>
    public int Count => OnnxBroadcast.Count(Dims);

    /// <summary>Whole numbers.</summary>
    public static OnnxConstant Of(int[] dims, long[] integers, string name = "") => new(dims, integers, null, 0) { Name = name };

    /// <summary>Numbers that are read later.</summary>
    public static OnnxConstant Lazy(int[] dims, Func<float[]> read, string name, long bytes) => new(dims, null, read, 0) { Name = name, Bytes = bytes };

    /// <summary>Numbers computed of others.</summary>
    /// <param name="dims">The extents.</param>
    /// <param name="compute">Computes them.</param>
    /// <param name="of">What they are computed of; the first one's name goes on.</param>
    public static OnnxConstant Computed(int[] dims, Func<float[]> compute, params OnnxConstant[] of)
    {
        int depth = 1 + of.Max(constant => constant._depth);
        return depth <= MostDepth
            ? new OnnxConstant(dims, null, compute, depth) { Name = of[0].Name, Bytes = of.Sum(constant => constant.Bytes) }
            : throw new InvalidDataException($"computes the tensor {FileText.Quote(of[0].Name)} in more than {MostDepth} steps");
    }

    /// <summary>The numbers, row-major.</summary>
    public float[] Read() => _read?.Invoke() ?? Array.ConvertAll(Integers!, integer => integer == Batch
        ? throw new InvalidDataException("computes with the size of the batch, which this program does not know")
        : (float)integer);

    /// <summary>The same numbers under another shape.</summary>
    public OnnxConstant Reshape(int[] dims) => new(dims, Integers, _read, _depth) { Name = Name, Bytes = Bytes };

    /// <summary>The same numbers as whole ones, or as others.</summary>
    public OnnxConstant Cast(bool toIntegers)
    {
        if (toIntegers == Integers is not null)
        {
            return this;
        }

        return toIntegers && Count <= MostIntegers
            ? Of(Dims, Array.ConvertAll(Read(), value => (long)value), Name)
            : new OnnxConstant(Dims, null, Read, _depth) { Name = Name, Bytes = Bytes };
    }

    /// <summary>The one number of a scalar; null for anything else.</summary>
    public double? Scalar() => Count == 1 ? Integers is [var integer] ? integer == Batch ? null : integer : Read()[0] : null;
}

/// <summary>Shapes of tensors that meet.</summary>
internal static class OnnxBroadcast
{
    /// <summary>The numbers of a shape.</summary>
    public static int Count(ReadOnlySpan<int> dims)
    {
        long count = 1;
        foreach (int dim in dims)
        {
            count *= dim;
            if (count > int.MaxValue)
            {
                throw new InvalidDataException("has a tensor of an impossible size");
            }
        }

        return (int)count;
    }

    /// <summary>The common shape of two; null where they have none.</summary>
    public static int[]? Join(int[] left, int[] right)
    {
        var joined = new int[Math.Max(left.Length, right.Length)];
        for (int i = 1; i <= joined.Length; i++)
        {
            int a = i <= left.Length ? left[^i] : 1, b = i <= right.Length ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            joined[^i] = a == 1 ? b : a;
        }

        return joined;
    }

    /// <summary>The place in a tensor of each place of a larger shape that it is stretched to.</summary>
    public static int[] Places(int[] dims, int[] stretched)
    {
        var places = new int[Count(stretched)];
        var steps = new int[stretched.Length];
        for (int axis = stretched.Length - 1, step = 1; axis >= 0; axis--)
        {
            int own = axis - (stretched.Length - dims.Length);
            int extent = own >= 0 ? dims[own] : 1;
            steps[axis] = extent == 1 ? 0 : step;
            step *= extent;
        }

        var index = new int[stretched.Length];
        for (int i = 0, place = 0; i < places.Length; i++)
        {
            places[i] = place;
            for (int axis = stretched.Length - 1; axis >= 0; axis--)
            {
                place += steps[axis];
                if (++index[axis] < stretched[axis])
                {
                    break;
                }

                place -= steps[axis] * stretched[axis];
                index[axis] = 0;
            }
        }

        return places;
    }

    /// <summary>The place before of each place after a change of the order of axes.</summary>
    public static int[] Transposed(int[] dims, int[] order)
    {
        int[] moved = [.. order.Select(axis => dims[axis])], steps = new int[dims.Length];
        for (int axis = dims.Length - 1, step = 1; axis >= 0; axis--)
        {
            steps[axis] = step;
            step *= dims[axis];
        }

        var places = new int[Count(dims)];
        var index = new int[moved.Length];
        for (int i = 0, place = 0; i < places.Length; i++)
        {
            places[i] = place;
            for (int axis = moved.Length - 1; axis >= 0; axis--)
            {
                place += steps[order[axis]];
                if (++index[axis] < moved[axis])
                {
                    break;
                }

                place -= steps[order[axis]] * moved[axis];
                index[axis] = 0;
            }
        }

        return places;
    }
}
