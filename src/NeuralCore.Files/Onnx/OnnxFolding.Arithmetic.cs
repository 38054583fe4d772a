namespace NeuralCore.Files.Onnx;

/// <content>Numbers that are computed, not moved.</content>
internal static partial class OnnxFolding
{
    private static OnnxConstant Concat(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs)
    {
        OnnxConstant[] parts = [.. inputs.Select(input => input ?? throw node.Refused("with an input left out"))];
        if (parts.Length == 0)
        {
            throw node.Refused("of nothing");
        }

        int rank = parts[0].Dims.Length, axis = Axis(node, "axis", 0, rank);
        int[] dims = [.. parts[0].Dims];
        if (rank == 0 || parts.Any(part => part.Dims.Length != rank || part.Dims.Where((dim, at) => at != axis && dim != dims[at]).Any()))
        {
            throw node.Refused("of tensors that do not fit together");
        }

        dims[axis] = parts.Sum(part => part.Dims[axis]);
        int outer = OnnxBroadcast.Count(dims.AsSpan(0, axis));
        int[] blocks = [.. parts.Select(part => OnnxBroadcast.Count(part.Dims.AsSpan(axis)))];
        if (parts.All(part => part.Integers is not null))
        {
            return OnnxConstant.Of(dims, Join(parts.Select(part => part.Integers!)));
        }

        return OnnxConstant.Computed(dims, () => Join(parts.Select(part => part.Read())), parts);

        T[] Join<T>(IEnumerable<T[]> lists)
        {
            T[][] all = [.. lists];
            return [.. Enumerable.Range(0, outer).SelectMany(o => all.SelectMany((list, i) => list.Skip(o * blocks[i]).Take(blocks[i])))];
        }
    }

    private static OnnxConstant Filled(OnnxNode node, OnnxConstant shape)
    {
        int[] dims = [.. (shape.Integers ?? []).Select(dim => dim is >= 0 and <= OnnxConstant.MostIntegers ? (int)dim : throw node.Refused("of a shape that is not known, or too large"))];
        RequireFew(node, dims);
        OnnxConstant value = node.Tensor("value")?.Constant(new OnnxExternalFiles(".")) ?? OnnxConstant.Lazy([1], () => [0], "", 0);
        int count = OnnxBroadcast.Count(dims);
        return value.Integers is [var integer]
            ? OnnxConstant.Of(dims, [.. Enumerable.Repeat(integer, count)])
            : OnnxConstant.Lazy(dims, () => [.. Enumerable.Repeat(value.Read()[0], count)], "", 0);
    }

    private static OnnxConstant Expand(OnnxNode node, OnnxConstant tensor, IReadOnlyList<OnnxConstant?> inputs)
    {
        int[] wanted = [.. Whole(node, inputs, 1).Select(dim => dim is >= 0 and <= OnnxConstant.MostIntegers ? (int)dim : throw node.Refused("to a shape that is not known"))];
        int[] dims = OnnxBroadcast.Join(tensor.Dims, wanted) ?? throw node.Refused("to a shape that does not fit");
        RequireFew(node, dims);
        return Move(tensor, dims, () => OnnxBroadcast.Places(tensor.Dims, dims));
    }

    private static OnnxConstant Range(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs)
    {
        if (inputs.Count != 3 || inputs.Any(input => input?.Integers is not [var number] || number == OnnxConstant.Batch) || inputs[2]!.Integers![0] == 0)
        {
            throw node.Refused("of something other than whole numbers");
        }

        (long start, long end, long step) = (inputs[0]!.Integers![0], inputs[1]!.Integers![0], inputs[2]!.Integers![0]);
        var numbers = new List<long>();
        for (long number = start; step > 0 ? number < end : number > end; number += step)
        {
            numbers.Add(numbers.Count < OnnxConstant.MostIntegers ? number : throw node.Refused("of too many numbers"));
        }

        return OnnxConstant.Of([numbers.Count], [.. numbers]);
    }

    private static OnnxConstant Product(OnnxNode node, OnnxConstant tensor)
    {
        bool keeps = node.Integer("keepdims", 1) != 0;
        if (tensor.Integers is not { } integers || tensor.Dims.Length > 1 || integers.Contains(OnnxConstant.Batch))
        {
            throw node.Refused("of something other than known extents");
        }

        return OnnxConstant.Of(keeps ? [1] : [], [integers.Aggregate(1L, (product, number) => unchecked(product * number))]);
    }

    private static OnnxConstant Pairwise(OnnxNode node, OnnxConstant left, IReadOnlyList<OnnxConstant?> inputs)
    {
        OnnxConstant right = inputs.ElementAtOrDefault(1) ?? throw node.Refused("with one input");
        int[] dims = OnnxBroadcast.Join(left.Dims, right.Dims) ?? throw node.Refused("of tensors that do not fit together");
        if (OnnxBroadcast.Count(dims) > Math.Max(left.Count, right.Count))
        {
            RequireFew(node, dims);
        }

        if (left.Integers is { } a && right.Integers is { } b)
        {
            int[] first = OnnxBroadcast.Places(left.Dims, dims), second = OnnxBroadcast.Places(right.Dims, dims);
            return OnnxConstant.Of(dims, [.. first.Zip(second, (i, j) => Whole(node, a[i], b[j]))]);
        }

        Func<float, float, float> compute = node.Op switch
        {
            "Add" => (x, y) => x + y,
            "Sub" => (x, y) => x - y,
            "Mul" => (x, y) => x * y,
            "Div" => (x, y) => x / y,
            "Pow" => MathF.Pow,
            "Min" => MathF.Min,
            "Max" => MathF.Max,
            _ => throw node.Refused("of numbers that are not whole"),
        };
        return OnnxConstant.Computed(dims, () =>
        {
            (float[] x, float[] y) = (left.Read(), right.Read());
            int[] first = OnnxBroadcast.Places(left.Dims, dims), second = OnnxBroadcast.Places(right.Dims, dims);
            return [.. first.Zip(second, (i, j) => compute(x[i], y[j]))];
        }, left, right);
    }

    private static long Whole(OnnxNode node, long a, long b)
    {
        if (a == OnnxConstant.Batch || b == OnnxConstant.Batch)
        {
            return (node.Op, a, b) switch
            {
                ("Mul" or "Div", OnnxConstant.Batch, 1) => a,
                ("Mul", 1, OnnxConstant.Batch) => b,
                ("Add" or "Sub", OnnxConstant.Batch, 0) => a,
                ("Add", 0, OnnxConstant.Batch) => b,

                // The extent -1 or 1 is none that a batch is compared with in earnest.
                ("Equal", _, _) => a == b ? 1 : 0,
                _ => throw node.Refused("that computes with the size of the batch"),
            };
        }

        return node.Op switch
        {
            "Add" => unchecked(a + b),
            "Sub" => unchecked(a - b),
            "Mul" => unchecked(a * b),
            "Div" when b is not (0 or -1) => a / b,
            "Div" when b == -1 => unchecked(-a),
            "Mod" when b is not (0 or -1) => a % b,
            "Min" => Math.Min(a, b),
            "Max" => Math.Max(a, b),
            "Equal" => a == b ? 1 : 0,
            _ => throw node.Refused("of numbers that it is not defined for"),
        };
    }

    private static OnnxConstant Where(OnnxNode node, IReadOnlyList<OnnxConstant?> inputs)
    {
        if (inputs is not [{ Integers: { } condition } chosen, { Integers: { } yes } left, { Integers: { } no } right])
        {
            throw node.Refused("of something other than whole numbers");
        }

        int[] dims = (OnnxBroadcast.Join(chosen.Dims, left.Dims) is { } both ? OnnxBroadcast.Join(both, right.Dims) : null) ?? throw node.Refused("of tensors that do not fit together");
        RequireFew(node, dims);
        int[] c = OnnxBroadcast.Places(chosen.Dims, dims), l = OnnxBroadcast.Places(left.Dims, dims), r = OnnxBroadcast.Places(right.Dims, dims);
        return OnnxConstant.Of(dims, [.. Enumerable.Range(0, c.Length).Select(i => condition[c[i]] != 0 ? yes[l[i]] : no[r[i]])]);
    }

    private static OnnxConstant Each(OnnxConstant tensor, Func<long, long>? whole, Func<float, float> real)
    {
        if (tensor.Integers is { } integers && whole is not null && !integers.Contains(OnnxConstant.Batch))
        {
            return OnnxConstant.Of(tensor.Dims, [.. integers.Select(integer => integer == long.MinValue ? integer : whole(integer))], tensor.Name);
        }

        return OnnxConstant.Computed(tensor.Dims, () => Array.ConvertAll(tensor.Read(), value => real(value)), tensor);
    }

    private static void RequireFew(OnnxNode node, int[] dims)
    {
        if (OnnxBroadcast.Count(dims) > OnnxConstant.MostIntegers)
        {
            throw node.Refused($"that makes more than {OnnxConstant.MostIntegers:N0} numbers of few");
        }
    }
}
