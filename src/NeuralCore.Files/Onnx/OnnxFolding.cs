namespace NeuralCore.Files.Onnx;

/// <summary>
/// Computes what a graph makes of constants and of shapes: exporters write a Flatten as Shape, Gather, Unsqueeze, Concat and Reshape, and a padding
/// as a dozen nodes. The size of the batch stands as a number that is not known (<see cref="OnnxConstant.Batch"/>), and may be moved about.
/// </summary>
internal static partial class OnnxFolding
{
    // What may be computed in all, in numbers: a small file could ask for much, again and again.
    private const long LeastBudget = 1 << 20;
    private const int ReadAgain = 16;

    /// <summary>The operations that are computed where what they take is constant.</summary>
    public static IReadOnlySet<string> Ops { get; } = new HashSet<string>
    {
        "Identity", "Dropout", "Cast", "Transpose", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Gather", "Slice", "Concat", "ConstantOfShape", "Expand", "Range",
        "Shape", "Size", "ReduceProd", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Equal", "Mod", "Where", "Neg", "Abs", "Floor", "Ceil", "Sqrt", "Reciprocal", "Exp", "Log",
    };

    /// <summary>How many numbers the graph of a file may compute.</summary>
    public static long Budget(long fileBytes) => LeastBudget + (ReadAgain * (fileBytes / sizeof(float)));

    /// <summary>Computes a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">What it takes; null for an input that is left out.</param>
    /// <param name="opset">The version of ONNX's operations.</param>
    /// <returns>Null for a node that is not one of constants.</returns>
    /// <exception cref="InvalidDataException">It cannot be computed; the message completes "the file ...".</exception>
    public static OnnxConstant? Compute(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs, long opset)
    {
        OnnxConstant first = inputs.Count > 0 && inputs[0] is { } given ? given : OnnxConstant.Of([], [0]);
        return node.Op switch
        {
            "Identity" or "Dropout" => first,
            "Cast" => first.Cast(toIntegers: (OnnxType)node.Integer("to", 0) is OnnxType.Int32 or OnnxType.Int64 or OnnxType.Bool or OnnxType.UInt8 or OnnxType.Int8),
            "Transpose" => Transpose(node, first),
            "Reshape" => Reshape(node, first, inputs),
            "Unsqueeze" or "Squeeze" or "Flatten" => Refold(node, first, inputs),
            "Gather" => Gather(node, first, inputs),
            "Slice" => Slice(node, first, inputs, opset),
            "Concat" => Concat(node, inputs),
            "ConstantOfShape" => Filled(node, first),
            "Expand" => Expand(node, first, inputs),
            "Range" => Range(node, inputs),
            "Shape" => Cut(node, OnnxConstant.Of([first.Dims.Length], [.. first.Dims.Select(dim => (long)dim)])),
            "Size" => OnnxConstant.Of([], [first.Count]),
            "ReduceProd" => Product(node, first),
            "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Min" or "Max" or "Equal" or "Mod" => Pairwise(node, first, inputs),
            "Where" => Where(node, inputs),
            "Neg" => Each(first, value => -value, value => -value),
            "Abs" => Each(first, Math.Abs, MathF.Abs),
            "Floor" => Each(first, value => value, MathF.Floor),
            "Ceil" => Each(first, value => value, MathF.Ceiling),
            "Sqrt" => Each(first, null, MathF.Sqrt),
            "Reciprocal" => Each(first, null, value => 1 / value),
            "Exp" => Each(first, null, MathF.Exp),
            "Log" => Each(first, null, MathF.Log),
            _ => null,
        };
    }

    /// <summary>The part of a shape that <c>start</c> and <c>end</c> ask for.</summary>
    public static OnnxConstant Cut(OnnxNode node, OnnxConstant shape)
    {
        int rank = shape.Count;
        int start = (int)Math.Clamp(At(node.Integer("start", 0)), 0, rank), end = (int)Math.Clamp(At(node.Integer("end", rank)), start, rank);
        return OnnxConstant.Of([end - start], shape.Integers![start..end]);

        long At(long place) => place < 0 ? place + rank : place;
    }

    /// <summary>The axes that a node tells: as an attribute, or from some opset on as an input.</summary>
    /// <returns>Null where it tells none.</returns>
    public static IReadOnlyList<long>? Axes(OnnxNode node, OnnxConstant? input) => node.Integers("axes") ?? input?.Integers;

    private static OnnxConstant Transpose(OnnxNode node, OnnxConstant tensor)
    {
        int rank = tensor.Dims.Length;
        int[] order = node.Integers("perm") is { } given ? [.. given.Select(axis => (int)Math.Clamp(axis, -1, rank))] : [.. Enumerable.Range(0, rank).Reverse()];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank)))
        {
            throw node.Refused("with an order that is not a permutation of its axes");
        }

        int[] dims = [.. order.Select(axis => tensor.Dims[axis])];
        return Move(tensor, dims, () => OnnxBroadcast.Transposed(tensor.Dims, order));
    }

    private static OnnxConstant Reshape(OnnxNode node, OnnxConstant tensor, IReadOnlyList<OnnxConstant?> inputs)
    {
        long[] wanted = [.. node.Integers("shape") ?? Whole(node, inputs, 1)];
        bool takesZeros = node.Integer("allowzero", 0) != 0;
        int[] dims = [.. wanted.Select((dim, axis) => dim == 0 && !takesZeros && axis < tensor.Dims.Length ? tensor.Dims[axis] : dim is >= -1 and <= int.MaxValue ? (int)dim : -2)];
        if (dims.Contains(-2) || dims.Count(dim => dim == -1) > 1)
        {
            throw node.Refused("to a shape that is not known");
        }

        int known = OnnxBroadcast.Count([.. dims.Where(dim => dim != -1)]);
        dims = [.. dims.Select(dim => dim != -1 ? dim : known == 0 ? 0 : tensor.Count / known)];
        return OnnxBroadcast.Count(dims) == tensor.Count ? tensor.Reshape(dims) : throw node.Refused($"to {string.Join('x', dims)}");
    }

    private static OnnxConstant Refold(OnnxNode node, OnnxConstant tensor, IReadOnlyList<OnnxConstant?> inputs)
    {
        IReadOnlyList<long>? given = Axes(node, inputs.ElementAtOrDefault(1));
        int rank = tensor.Dims.Length;
        switch (node.Op)
        {
            case "Flatten":
                int axis = (int)Math.Clamp(node.Integer("axis", 1) is < 0 and var end ? end + rank : node.Integer("axis", 1), 0, rank);
                int rows = OnnxBroadcast.Count(tensor.Dims.AsSpan(0, axis));
                return tensor.Reshape([rows, rows == 0 ? 0 : tensor.Count / rows]);
            case "Unsqueeze":
                int all = rank + (given?.Count ?? 0);
                HashSet<long> added = [.. (given ?? []).Select(at => at < 0 ? at + all : at)];
                var left = new Queue<int>(tensor.Dims);
                return added.Count == (given?.Count ?? 0) && added.All(at => at >= 0 && at < all)
                    ? tensor.Reshape([.. Enumerable.Range(0, all).Select(at => added.Contains(at) ? 1 : left.Dequeue())])
                    : throw node.Refused("with axes that it does not have");
            default:
                HashSet<long> taken = given is null ? [.. Enumerable.Range(0, rank).Where(at => tensor.Dims[at] == 1).Select(at => (long)at)] : [.. given.Select(at => at < 0 ? at + rank : at)];
                return tensor.Reshape([.. tensor.Dims.Where((_, at) => !taken.Contains(at))]);
        }
    }

    private static OnnxConstant Gather(OnnxNode node, OnnxConstant tensor, IReadOnlyList<OnnxConstant?> inputs)
    {
        OnnxConstant indices = inputs.ElementAtOrDefault(1) ?? throw node.Refused("without indices");
        int axis = Axis(node, "axis", 0, tensor.Dims.Length), extent = tensor.Dims.Length == 0 ? 0 : tensor.Dims[axis];
        long[] chosen = [.. Whole(node, inputs, 1).Select(index => index < 0 ? index + extent : index)];
        if (tensor.Dims.Length == 0 || chosen.Any(index => index < 0 || index >= extent))
        {
            throw node.Refused("with an index that is not there");
        }

        int inner = OnnxBroadcast.Count(tensor.Dims.AsSpan(axis + 1)), outer = OnnxBroadcast.Count(tensor.Dims.AsSpan(0, axis));
        int[] dims = [.. tensor.Dims[..axis], .. indices.Dims, .. tensor.Dims[(axis + 1)..]];
        return Move(tensor, dims, () =>
            [.. Enumerable.Range(0, outer).SelectMany(o => chosen.SelectMany(index => Enumerable.Range((int)(((o * extent) + index) * inner), inner)))]);
    }

    private static OnnxConstant Slice(OnnxNode node, OnnxConstant tensor, IReadOnlyList<OnnxConstant?> inputs, long opset)
    {
        const int OpsetOfInputs = 10;
        bool hasInputs = opset >= OpsetOfInputs;
        IReadOnlyList<long> starts = hasInputs ? Whole(node, inputs, 1) : node.Integers("starts") ?? [], ends = hasInputs ? Whole(node, inputs, 2) : node.Integers("ends") ?? [];
        IReadOnlyList<long> axes = (hasInputs ? inputs.ElementAtOrDefault(3)?.Integers : node.Integers("axes")) ?? [.. Enumerable.Range(0, starts.Count).Select(i => (long)i)];
        IReadOnlyList<long> steps = (hasInputs ? inputs.ElementAtOrDefault(4)?.Integers : null) ?? [.. starts.Select(_ => 1L)];
        if (ends.Count != starts.Count || axes.Count != starts.Count || steps.Count != starts.Count)
        {
            throw node.Refused("with lists of different lengths");
        }

        OnnxConstant cut = tensor;
        for (int i = 0; i < starts.Count; i++)
        {
            int rank = cut.Dims.Length;
            int axis = (int)(axes[i] < 0 ? axes[i] + rank : axes[i]);
            if (axis < 0 || axis >= rank || steps[i] == 0 || starts[i] == OnnxConstant.Batch || ends[i] == OnnxConstant.Batch)
            {
                throw node.Refused("with an axis that it does not have, a step of 0, or bounds that depend on the batch");
            }

            cut = SliceAxis(cut, axis, starts[i], ends[i], steps[i]);
        }

        return cut;
    }

    private static OnnxConstant SliceAxis(OnnxConstant tensor, int axis, long start, long end, long step)
    {
        int extent = tensor.Dims[axis];
        (long lowest, long highest) = step > 0 ? (0L, extent) : (-1L, extent - 1L);
        long from = Math.Clamp(start < 0 ? Math.Max(start + extent, -1) : start, step > 0 ? 0 : -1, highest);
        long to = Math.Clamp(end < 0 ? (end < -extent ? lowest : end + extent) : end, lowest, Math.Max(highest, lowest));
        var chosen = new List<int>();
        for (long place = from; step > 0 ? place < to : place > to && place >= 0; place += step)
        {
            chosen.Add((int)place);
        }

        int inner = OnnxBroadcast.Count(tensor.Dims.AsSpan(axis + 1)), outer = OnnxBroadcast.Count(tensor.Dims.AsSpan(0, axis));
        int[] dims = [.. tensor.Dims];
        dims[axis] = chosen.Count;
        return Move(tensor, dims, () => [.. Enumerable.Range(0, outer).SelectMany(o => chosen.SelectMany(place => Enumerable.Range(((o * extent) + place) * inner, inner)))]);
    }

    /// <summary>A tensor whose numbers are another's, in other places.</summary>
    private static OnnxConstant Move(OnnxConstant tensor, int[] dims, Func<int[]> places)
    {
        if (tensor.Integers is { } integers)
        {
            return OnnxConstant.Of(dims, [.. places().Select(place => integers[place])], tensor.Name);
        }

        return OnnxConstant.Computed(dims, () =>
        {
            float[] values = tensor.Read();
            return Array.ConvertAll(places(), place => values[place]);
        }, tensor);
    }

    private static int Axis(OnnxNode node, string name, long fallback, int rank)
    {
        long axis = node.Integer(name, fallback);
        axis = axis < 0 ? axis + rank : axis;
        return axis >= 0 && axis < Math.Max(rank, 1) ? (int)axis : throw node.Refused($"with the axis {axis}");
    }

    private static long[] Whole(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs, int index) =>
        inputs.ElementAtOrDefault(index)?.Integers ?? throw node.Refused("whose indices or shape are not known before it runs");
}
