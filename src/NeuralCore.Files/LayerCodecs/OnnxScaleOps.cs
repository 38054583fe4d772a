using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>
/// Additions to and multiplications of a tensor by constants. At the network's beginning they prepare raw values; elsewhere they scale and shift
/// channels.
/// </summary>
internal sealed class OnnxScaleOps : IOnnxReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Mul", "Div", "Add", "Sub", "Sum"];

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        if (node.Op is "Add" or "Sum" && Enumerable.Range(0, call.Count).All(index => call.Find(index) is not null))
        {
            Sum(call);
            return;
        }

        int place = call.Find(0) is not null ? 0 : 1;
        if (call.Constant(1 - place) is not { } constant || (place == 1 && node.Op == "Div"))
        {
            throw node.Refused("of two tensors of the network, or of a constant by one");
        }

        FileValue input = call.Value(place);
        if (input.Raw is not { } raw)
        {
            call.Give(Scaled(call, input, constant, isMirrored: place == 1));
            return;
        }

        double[] numbers = Numbers(call, input, constant);
        if (node.Op == "Sub" && place == 0 && call.Follow(next => next.Op == "Div" && next.Input(0) == node.Outputs[0] && IsLike(call.ConstantOf(next.Input(1)), constant)) is { } divided)
        {
            raw.Standardize(numbers, Numbers(call, input, call.ConstantOf(divided.Input(1))!));
        }
        else
        {
            (double[] scale, double[] shift) = Line(node, numbers, isMirrored: place == 1);
            raw.Rescale(scale, shift);
        }

        call.Give(input);
    }

    private static void Sum(OnnxCall call)
    {
        FileValue[] inputs = [.. Enumerable.Range(0, call.Count).Select(call.Value)];
        if (inputs.Any(input => !input.Dims.SequenceEqual(inputs[0].Dims)))
        {
            throw call.Node.Refused($"of tensors of {string.Join(" and ", inputs.Select(input => string.Join('x', input.Dims)))}");
        }

        call.Give(inputs.Length == 1 ? inputs[0] : inputs[0].With(call.Apply(call.New(new Add()), call.Alike(inputs))));
    }

    /// <summary>A scaling or a shift in the middle of the network, and the shift behind a scaling with it: exporters write a normalization so.</summary>
    private static FileValue Scaled(OnnxCall call, FileValue input, OnnxConstant constant, bool isMirrored)
    {
        (double[] scale, double[] shift) = Line(call.Node, Numbers(call, input, constant), isMirrored);
        if (call.Node.Op is "Mul" or "Div"
            && call.Follow(next => next.Op is "Add" or "Sub" && next.Inputs.Count == 2 && ShiftOf(call, next) is not null) is { } shifted)
        {
            shift = Line(shifted, Numbers(call, input, ShiftOf(call, shifted)!), isMirrored: false).Shift;
        }

        int count = Math.Max(scale.Length, shift.Length);
        return OnnxAffine.Apply(call, input, scale.Length == count ? scale : [.. Enumerable.Repeat(scale[0], count)], shift.Length == count ? shift : [.. Enumerable.Repeat(shift[0], count)]);
    }

    /// <summary>The constant that a node adds to its first input, or subtracts from it; an addition may have it first.</summary>
    private static OnnxConstant? ShiftOf(OnnxCall call, OnnxNode node) => call.ConstantOf(node.Input(1)) ?? (node.Op == "Add" ? call.ConstantOf(node.Input(0)) : null);

    /// <summary>What an operation with a constant does as scale x + shift; mirrored, it subtracts from the constant.</summary>
    private static (double[] Scale, double[] Shift) Line(OnnxNode node, double[] numbers, bool isMirrored) => node.Op switch
    {
        "Sub" when isMirrored => (Array.ConvertAll(numbers, _ => -1.0), numbers),
        "Mul" => (numbers, new double[numbers.Length]),
        "Div" => (Array.ConvertAll(numbers, number => 1 / number), new double[numbers.Length]),
        "Add" => (Array.ConvertAll(numbers, _ => 1.0), numbers),
        _ => (Array.ConvertAll(numbers, _ => 1.0), Array.ConvertAll(numbers, number => -number)),
    };

    private static bool IsLike(OnnxConstant? constant, OnnxConstant other) => constant is not null && constant.Dims.SequenceEqual(other.Dims);

    /// <summary>One number for all, or one a channel.</summary>
    private static double[] Numbers(OnnxCall call, FileValue input, OnnxConstant constant)
    {
        int[] wide = [.. Enumerable.Range(0, constant.Dims.Length).Where(axis => constant.Dims[axis] != 1)];
        float[] values = constant.Count <= LayerSettings.LargestWidth ? constant.Read() : [];
        if (values.Length == 0 || !values.All(float.IsFinite) || (call.Node.Op == "Div" && values.Contains(0)))
        {
            throw call.Node.Refused("by values that are not finite, or by 0");
        }

        if (wide.Length == 0)
        {
            return [values[0]];
        }

        if (input.Dims.Length == 1 && wide.Length == 1 && wide[0] == constant.Dims.Length - 1 && values.Length == input.Count)
        {
            return Array.ConvertAll(input.Placement.ToEngine(values), value => (double)value);
        }

        // Axes meet from the last one on.
        int axis = wide[0] - constant.Dims.Length + input.Dims.Length;
        bool isByChannel = wide.Length == 1 && input.Dims.Length == 3 && axis is 0 or 2 && input.Dims[axis] == values.Length && input.AsImage(channelsFirst: axis == 0) is not null;
        return isByChannel ? Array.ConvertAll(values, value => (double)value) : throw call.Node.Refused($"by a tensor of {string.Join('x', constant.Dims)}, which is not one number a channel");
    }
}
