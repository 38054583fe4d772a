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
        if (call.Constant(1 - place) is not { } constant || (place == 1 && node.Op is "Sub" or "Div"))
        {
            throw node.Refused("of two tensors of the network, or of a constant by one");
        }

        FileValue input = call.Value(place);
        if (input.Raw is not { } raw || !call.IsOnlyReader(place))
        {
            throw node.Refused("by constants in the middle of the network");
        }

        double[] numbers = Numbers(call, input, constant);
        double[] ones = Array.ConvertAll(numbers, _ => 1.0), zeros = new double[numbers.Length];
        if (node.Op == "Sub" && call.Follow(next => next.Op == "Div" && next.Input(0) == node.Outputs[0] && IsLike(call.ConstantOf(next.Input(1)), constant)) is { } divided)
        {
            raw.Standardize(numbers, Numbers(call, input, call.ConstantOf(divided.Input(1))!));
        }
        else
        {
            raw.Rescale(
                node.Op switch
                {
                    "Mul" => numbers,
                    "Div" => Array.ConvertAll(numbers, number => 1 / number),
                    _ => ones,
                },
                node.Op switch
                {
                    "Add" => numbers,
                    "Sub" => Array.ConvertAll(numbers, number => -number),
                    _ => zeros,
                });
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

        call.Give(inputs.Length == 1 ? inputs[0] : inputs[0].With(call.Apply(call.New(new Add()), NetworkAssembly.Alike(inputs))));
    }

    private static bool IsLike(OnnxConstant? constant, OnnxConstant other) => constant is not null && constant.Dims.SequenceEqual(other.Dims);

    /// <summary>One number for all, or one a channel.</summary>
    private static double[] Numbers(OnnxCall call, FileValue input, OnnxConstant constant)
    {
        int[] wide = [.. Enumerable.Range(0, constant.Dims.Length).Where(axis => constant.Dims[axis] != 1)];
        float[] values = constant.Count <= LayerSettings.LargestWidth ? constant.Read() : [];
        if (values.Length == 0 || !values.All(float.IsFinite) || (call.Node.Op == "Div" && values.Contains(0)))
        {
            throw call.Node.Refused("by numbers that are none");
        }

        if (wide.Length == 0)
        {
            return [values[0]];
        }

        // Axes meet from the last one on.
        int axis = wide[0] - constant.Dims.Length + input.Dims.Length;
        bool isByChannel = wide.Length == 1 && input.Dims.Length == 3 && axis is 0 or 2 && input.Dims[axis] == values.Length && input.AsImage(channelsFirst: axis == 0) is not null;
        return isByChannel ? Array.ConvertAll(values, value => (double)value) : throw call.Node.Refused($"by a tensor of {string.Join('x', constant.Dims)}, which is not one number a channel");
    }
}
