using System.Text.RegularExpressions;

namespace NeuralCore.Files.PyTorch;

/// <summary>One layer's tensors as PyTorch keeps them.</summary>
/// <param name="Module">The module's name: what stands before the last point of its tensors' names.</param>
/// <param name="Tensors">Name within the module, and shape.</param>
internal sealed record TorchModule(string Module, IReadOnlyList<(string Name, Shape Shape)> Tensors)
{
    /// <summary>The names and shapes as one text, by which modules are matched.</summary>
    public string Signature => string.Join(", ", Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).Select(tensor => $"{tensor.Name} {tensor.Shape}"));
}

/// <summary>
/// Weights as PyTorch's users save them: kernels of convolutions as filters x channels x rows x columns, those of dense layers as units x features, with
/// the features of a flattened image channel by channel.
/// </summary>
internal static partial class StateDict
{
    /// <summary>The modules of a file, in the order of their names: <c>layer2</c> before <c>layer10</c>.</summary>
    /// <param name="tensors">The names and shapes.</param>
    public static IReadOnlyList<TorchModule> Modules(IEnumerable<(string Name, Shape Shape)> tensors) =>
    [
        .. tensors.Where(tensor => !IsCount(tensor.Name)).GroupBy(tensor => ModuleOf(tensor.Name))
            .OrderBy(group => Number().Replace(group.Key, number => number.Value.PadLeft(8, '0')), StringComparer.Ordinal)
            .Select(group => new TorchModule(group.Key, [.. group.Select(tensor => (tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..], tensor.Shape))])),
    ];

    /// <summary>Whether a tensor counts the batches that a normalization has seen, which nothing depends on.</summary>
    public static bool IsCount(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    /// <summary>A layer of the engine as modules of PyTorch, with the weights that they are; none where it has no weights.</summary>
    /// <param name="call">The layer's first application.</param>
    /// <param name="name">What the modules are called.</param>
    /// <exception cref="NotSupportedException">It has weights, and PyTorch has no such layer.</exception>
    public static IReadOnlyList<(TorchModule Module, IReadOnlyList<TorchWeight> Weights)> Of(WrittenCall call, string name)
    {
        Layer layer = call.Layer;
        Shape input = call.Inputs[0].Shape;
        switch (layer)
        {
            case Conv2D:
                return [Module(name, Kernel("kernel", [3, 2, 0, 1]))];
            case DepthwiseConv2D:
                return [Module(name, Depthwise("kernel"))];
            case SeparableConv2D:
                return
                [
                    Module($"{name}.0", Depthwise("depthwise_kernel"), hasBias: false),
                    Module($"{name}.1", Kernel("pointwise_kernel", [3, 2, 0, 1])),
                ];
            case Dense:
                Placement features = FeaturesOf(call.Inputs[0]);
                return [Module(name, new TorchWeight("weight", Find("kernel"), values => Rows(values, features, toTorch: false), values => Rows(values, features, toTorch: true), Turned(Find("kernel").Shape, [1, 0])))];
            case BatchNormalization norm:
                Placement order = input.Rank == 1 ? FeaturesOf(call.Inputs[0]) : Placement.Same(input.Extents[^1]);
                return norm is { Scale: true, Center: true }
                    ? [ModuleOf([Vector("weight", "gamma", order), Vector("bias", "beta", order), Vector("running_mean", "moving_mean", order), Vector("running_var", "moving_variance", order)])]
                    : throw new NotSupportedException($"The layer {call.Name} can not be written for PyTorch, whose normalizations have both a factor and an offset, or neither");
            default:
                return layer.Weights.Count == 0
                    ? []
                    : throw new NotSupportedException($"The layer {call.Name} of type {layer.GetType().Name} can not be written for PyTorch");
        }

        Weight Find(string weight) => layer.Weights.First(found => found.Name == weight);

        TorchWeight Kernel(string weight, int[] axes)
        {
            var turn = new Onnx.OnnxOrder(axes);
            Weight kernel = Find(weight);
            return new TorchWeight("weight", kernel, values => turn.ToEngine(values, kernel.Shape), values => turn.ToOnnx(values, kernel.Shape), Turned(kernel.Shape, axes));
        }

        TorchWeight Depthwise(string weight)
        {
            Shape shape = Find(weight).Shape;
            return Kernel(weight, [2, 3, 0, 1]) with { Shape = new Shape(shape[2] * shape[3], 1, shape[0], shape[1]) };
        }

        TorchWeight Vector(string torch, string weight, Placement placement) =>
            new(torch, Find(weight), placement.ToEngine, placement.Inverse().ToEngine, Find(weight).Shape);

        (TorchModule, IReadOnlyList<TorchWeight>) Module(string module, TorchWeight kernel, bool hasBias = true)
        {
            TorchWeight[] weights = hasBias && layer.Weights.FirstOrDefault(weight => weight.Name == "bias") is { } bias
                ? [kernel, new TorchWeight("bias", bias, values => values, values => values, bias.Shape)]
                : [kernel];
            return (new TorchModule(module, [.. weights.Select(weight => (weight.Name, weight.Shape))]), weights);
        }

        (TorchModule, IReadOnlyList<TorchWeight>) ModuleOf(TorchWeight[] weights) => (new TorchModule(name, [.. weights.Select(weight => (weight.Name, weight.Shape))]), weights);

        float[] Rows(float[] values, Placement placement, bool toTorch)
        {
            Shape kernel = Find("kernel").Shape;
            int units = kernel[1];
            int[] places = placement.Places();
            var moved = new float[values.Length];
            for (int feature = 0; feature < places.Length; feature++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    (int torch, int engine) = ((unit * places.Length) + feature, (places[feature] * units) + unit);
                    if (toTorch)
                    {
                        moved[torch] = values[engine];
                    }
                    else
                    {
                        moved[engine] = values[torch];
                    }
                }
            }

            return moved;
        }
    }

    /// <summary>Where PyTorch's order of a flat vector stands in the engine's: an image is flattened channel by channel there.</summary>
    public static Placement FeaturesOf(Value value)
    {
        if (value.Call is not { } call || call.Inputs.Count == 0 || value.Shape.Rank != 1)
        {
            return Placement.Same(value.Shape.Count);
        }

        Shape from = call.Inputs[0].Shape;
        return call.Layer switch
        {
            Concatenate when call.Inputs.All(input => input.Shape.Rank == 1) => Placement.Joined([.. call.Inputs.Select(FeaturesOf)]),
            Flatten or Reshape when from.Rank == 3 => Placement.ChannelsFirst(from[2], from[0] * from[1]),
            Dense => Placement.Same(value.Shape.Count),
            _ when from.Rank == 1 && from.Count == value.Shape.Count => FeaturesOf(call.Inputs[0]),
            _ => Placement.Same(value.Shape.Count),
        };
    }

    private static Shape Turned(Shape shape, int[] axes) => new([.. axes.Select(axis => shape[axis])]);

    private static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var end ? tensor[..end] : "";

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}

/// <summary>A weight of the engine as PyTorch keeps it.</summary>
/// <param name="Name">Its name within the module.</param>
/// <param name="Weight">The engine's weight.</param>
/// <param name="ToEngine">Brings PyTorch's values into the engine's order.</param>
/// <param name="ToTorch">The way back.</param>
/// <param name="Shape">Its shape in PyTorch.</param>
internal sealed record TorchWeight(string Name, Weight Weight, Func<float[], float[]> ToEngine, Func<float[], float[]> ToTorch, Shape Shape);
