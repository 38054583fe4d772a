using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Operations of ONNX that move axes about or change nothing: they become no layer, but tell in which order a file has its numbers.</summary>
internal sealed class OnnxLayoutOps : IOnnxReader
{
    private const int MostAxes = 8;

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity", "Cast"];

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        switch (node.Op)
        {
            case "Reshape":
                Reshape(call);
                break;
            case "Transpose":
                Transpose(call);
                break;
            case "Squeeze" or "Unsqueeze":
                call.Give(call.Input.Reshape(Refolded(call)));
                break;
            case "Cast" when (OnnxType)node.Integer("to", 0) is not (OnnxType.Float or OnnxType.Double or OnnxType.Half or OnnxType.BFloat16):
                throw node.Refused("to numbers that are not real");
            default:
                node.Integer("saturate", 1);
                node.Integer("round_mode", 0);
                call.Give(call.Input);
                break;
        }
    }

    private static void Reshape(OnnxCall call)
    {
        OnnxNode node = call.Node;
        bool takesZeros = node.Integer("allowzero", 0) != 0;
        IReadOnlyList<long>? wanted = node.Integers("shape") ?? call.Required(1).Integers;
        if (wanted is not [var batch, ..] || wanted.Count > MostAxes || (takesZeros && wanted.Contains(0)))
        {
            throw node.Refused("to a shape that is not known before it runs");
        }

        int[] from = call.Input.Dims;
        long[] dims = [.. wanted.Skip(1).Select((dim, axis) => dim == 0 && axis < from.Length ? from[axis] : dim)];
        bool isBatch = batch is OnnxConstant.Batch or 0 or -1 or 1 || batch == call.FixedBatch;
        int open = Array.IndexOf(dims, -1);
        if (open >= 0)
        {
            long others = dims.Where(dim => dim != -1).Aggregate(1L, (product, dim) => dim is > 0 and <= int.MaxValue ? Math.Min(product * dim, int.MaxValue) : 0);
            dims[open] = batch != -1 && others > 0 && call.Input.Count % others == 0 ? call.Input.Count / others : 0;
        }

        if (!isBatch || dims.Any(dim => dim is < 1 or > int.MaxValue) || dims.Aggregate(1L, (product, dim) => Math.Min(product * dim, int.MaxValue)) != call.Input.Count)
        {
            throw node.Refused($"to {string.Join('x', wanted.Select(dim => dim == OnnxConstant.Batch ? "N" : $"{dim}"))}");
        }

        call.Give(call.Input.Reshape([.. dims.Select(dim => (int)dim)]));
    }

    private static void Transpose(OnnxCall call)
    {
        int rank = call.Input.Dims.Length;
        int[] order = [.. (call.Node.Integers("perm") ?? []).Select(axis => axis >= 0 && axis <= rank ? (int)axis - 1 : -2)];
        if (order.Length != rank + 1 || order[0] != -1 || !order.Order().SequenceEqual(Enumerable.Range(-1, rank + 1)))
        {
            throw call.Node.Refused("with another order than one of the axes behind the batch");
        }

        call.Give(call.Transpose(call.Input, order[1..]));
    }

    private static int[] Refolded(OnnxCall call)
    {
        OnnxNode node = call.Node;
        int[] from = call.Input.Dims;
        IReadOnlyList<long>? given = OnnxFolding.Axes(node, call.Has(1) ? call.Required(1) : null);
        if (node.Op == "Squeeze")
        {
            HashSet<long> taken = given is null
                ? [.. Enumerable.Range(1, from.Length).Where(axis => from[axis - 1] == 1).Select(axis => (long)axis)]
                : [.. given.Select(axis => axis < 0 ? axis + from.Length + 1 : axis)];
            if (taken.Any(axis => axis < 1 || axis > from.Length || from[axis - 1] != 1) || (given is null && call.FixedBatch == 1))
            {
                throw node.Refused("with axes that are not of extent 1, or the batch");
            }

            int[] left = [.. from.Where((_, axis) => !taken.Contains(axis + 1))];
            return left.Length > 0 ? left : [1];
        }

        int rank = from.Length + 1 + (given?.Count ?? 0);
        HashSet<long> added = [.. (given ?? []).Select(axis => axis < 0 ? axis + rank : axis)];
        if (given is null || added.Count != given.Count || rank > MostAxes || added.Any(axis => axis < 1 || axis >= rank))
        {
            throw node.Refused("with axes that it does not have, or along the batch");
        }

        var rest = new Queue<int>(from);
        return [.. Enumerable.Range(1, rank - 1).Select(axis => added.Contains(axis) ? 1 : rest.Dequeue())];
    }
}
