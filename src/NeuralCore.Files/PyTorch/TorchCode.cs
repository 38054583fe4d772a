using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NeuralCore.Ops;

namespace NeuralCore.Files.PyTorch;

/// <summary>
/// A network as lines of Python: an <c>nn.Sequential</c> where each layer reads the one before it, else a module. Its images have their channels first, and
/// its modules the names of the state dict.
/// </summary>
internal sealed partial class TorchCode
{
    private readonly WrittenNetwork _network;
    private readonly List<(string Name, string Code)> _modules = [];
    private readonly Dictionary<Layer, IReadOnlyList<string>> _of = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes a model apart.</summary>
    /// <exception cref="NotSupportedException">PyTorch has nothing for one of the layers; the message names it.</exception>
    public TorchCode(Model model)
    {
        _network = WrittenNetwork.Of(model, layer => LayerCodecs.Find(layer) is not null);
        foreach (WrittenCall call in _network.Calls.Where(call => call.Layer is not (Add or Concatenate)))
        {
            if (!_of.ContainsKey(call.Layer))
            {
                (string, string)[] modules = [.. Modules(call)];
                _modules.AddRange(modules);
                _of[call.Layer] = [.. modules.Select(module => module.Item1)];
            }
        }
    }

    /// <summary>The name of a layer as one of Python's.</summary>
    public static string Identifier(string name) => NoLetter().Replace(name, "_") is var plain && char.IsAsciiDigit(plain[0]) ? $"_{plain}" : NoLetter().Replace(name, "_");

    /// <summary>The lines.</summary>
    /// <param name="file">The name of the file that is loaded.</param>
    public string Write(string file)
    {
        var code = new StringBuilder();
        code.AppendLine("import torch").AppendLine("from torch import nn").AppendLine("from safetensors.torch import load_file").AppendLine();
        if (_network.IsChain)
        {
            code.AppendLine("from collections import OrderedDict").AppendLine().AppendLine("model = nn.Sequential(OrderedDict([");
            _modules.ForEach(module => code.AppendLine(CultureInfo.InvariantCulture, $"    (\"{module.Name}\", {module.Code}),"));
            code.AppendLine("]))");
        }
        else
        {
            AppendModule(code);
        }

        code.AppendLine(CultureInfo.InvariantCulture, $"model.load_state_dict(load_file(\"{file}\"), strict=False)  # what counts batches is not in it").Append("model.eval()");
        return code.ToString();
    }

    private void AppendModule(StringBuilder code)
    {
        code.AppendLine("class Network(nn.Module):").AppendLine("    def __init__(self):").AppendLine("        super().__init__()");
        _modules.ForEach(module => code.AppendLine(CultureInfo.InvariantCulture, $"        self.{module.Name} = {module.Code}"));
        Dictionary<Value, string> names = [];
        foreach (Value input in _network.Inputs)
        {
            names[input] = Identifier(input.Name);
        }

        code.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"    def forward(self, {string.Join(", ", names.Values)}):");
        foreach ((int index, WrittenCall call) in _network.Calls.Index())
        {
            string[] inputs = [.. call.Inputs.Select(input => names[input])];
            string expression = call.Layer switch
            {
                Add => string.Join(" + ", inputs),
                Concatenate joined => $"torch.cat([{string.Join(", ", inputs)}], dim={Dimension(joined, call.Inputs[0].Shape)})",
                _ => _of[call.Layer].Aggregate(inputs[0], (value, module) => $"self.{module}({value})"),
            };
            names[call.Output] = $"x{index}";
            code.AppendLine(CultureInfo.InvariantCulture, $"        x{index} = {expression}");
        }

        code.AppendLine(CultureInfo.InvariantCulture, $"        return {string.Join(", ", _network.Outputs.Select(output => names[output]))}").AppendLine().AppendLine("model = Network()");
    }

    /// <summary>The axis behind the batch, channels first.</summary>
    private static int Dimension(Concatenate layer, Shape shape)
    {
        int axis = layer.Axis < 0 ? layer.Axis + shape.Rank : layer.Axis - 1;
        return shape.Rank != 3 ? axis + 1 : axis == 2 ? 1 : axis + 2;
    }

    private static IEnumerable<(string Name, string Code)> Modules(WrittenCall call)
    {
        string name = Identifier(call.Name);
        Shape input = call.Inputs[0].Shape;
        switch (call.Layer)
        {
            case Conv2D conv:
                return Activated(name, Padded(name, conv.OpShape(input).Window, "0", (window, padding) =>
                    $"nn.Conv2d({input[2]}, {conv.Filters}, {Windows(window, padding)}, bias={Flag(conv.UseBias)})"), conv.Activation, call);
            case DepthwiseConv2D conv:
                DepthwiseConv2DShape sizes = conv.OpShape(input);
                return Activated(name, Padded(name, sizes.Window, "0", (window, padding) =>
                    $"nn.Conv2d({input[2]}, {sizes.Filters}, {Windows(window, padding)}, groups={input[2]}, bias={Flag(conv.UseBias)})"), conv.Activation, call);
            case SeparableConv2D conv:
                var over = Window2D.Of((input[0], input[1]), conv.KernelSize, conv.Strides, conv.Dilation, conv.Padding);
                int between = input[2] * conv.DepthMultiplier;
                return Activated(name, Padded(name, over, "0", (window, padding) =>
                    $"nn.Sequential(nn.Conv2d({input[2]}, {between}, {Windows(window, padding)}, groups={input[2]}, bias=False), nn.Conv2d({between}, {conv.Filters}, 1, bias={Flag(conv.UseBias)}))"), conv.Activation, call);
            case Dense dense:
                return Activated(name, [(name, $"nn.Linear({input.Count}, {dense.Units}, bias={Flag(dense.UseBias)})")], dense.Activation, call);
            case BatchNormalization norm:
                return [(name, $"nn.BatchNorm{(input.Rank == 3 ? 2 : 1)}d({input.Extents[^1]}, eps={Text(norm.Epsilon)}, momentum={Text(1 - norm.Momentum)})")];
            case MaxPooling2D pool:
                return Padded(name, pool.OpShape(input).Window, "float(\"-inf\")", (window, padding) => $"nn.MaxPool2d({Windows(window, padding, dilation: false)})", isPooling: true);
            case AveragePooling2D pool:
                if (!pool.CountsPadding && !IsAlike(pool.OpShape(input).Window, isPooling: true))
                {
                    throw new NotSupportedException($"The layer {call.Name} can not be written for PyTorch, whose average pooling pads opposite sides alike");
                }

                return Padded(name, pool.OpShape(input).Window, "0", (window, padding) =>
                    $"nn.AvgPool2d({Windows(window, padding, dilation: false)}, count_include_pad={Flag(pool.CountsPadding)})", isPooling: true);
            case GlobalAveragePooling2D pool:
                return [(name, pool.KeepDims ? "nn.AdaptiveAvgPool2d(1)" : "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())")];
            case GlobalMaxPooling2D pool:
                return [(name, pool.KeepDims ? "nn.AdaptiveMaxPool2d(1)" : "nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())")];
            case ZeroPadding2D { Padding: var border }:
                return [(name, $"nn.ZeroPad2d(({border.Left}, {border.Right}, {border.Top}, {border.Bottom}))")];
            case Flatten:
            case Reshape when call.Output.Shape.Rank == 1:
                return [(name, "nn.Flatten()")];
            case Dropout dropout:
                return [(name, $"nn.Dropout({Text(dropout.Rate)})")];
            case Softmax:
                return [(name, "nn.Softmax(dim=1)")];
            case ActivationLayer activation:
                return [(name, CodeOf(activation.Activation) ?? throw Refused(call))];
            case LeakyReLU leaky:
                return [(name, $"nn.LeakyReLU({Text(leaky.NegativeSlope)})")];
            case ELU elu:
                return [(name, $"nn.ELU({Text(elu.Alpha)})")];
            case ReLU { Threshold: 0, NegativeSlope: 0 } relu:
                return [(name, relu.MaxValue is { } most ? $"nn.Hardtanh(0, {Text(most)})" : "nn.ReLU()")];
            case ReLU { Threshold: 0, MaxValue: null } relu:
                return [(name, $"nn.LeakyReLU({Text(relu.NegativeSlope)})")];
            default:
                throw Refused(call);
        }
    }

    private static IEnumerable<(string Name, string Code)> Activated(string name, IEnumerable<(string Name, string Code)> modules, Activation activation, WrittenCall call) =>
        activation == Activation.Linear ? modules : [.. modules, ($"{name}_activation", CodeOf(activation) ?? throw Refused(call))];

    /// <summary>PyTorch pads opposite sides alike; other padding is a module of its own.</summary>
    private static IEnumerable<(string Name, string Code)> Padded(string name, Window2D window, string value, Func<Window2D, Border, string> code, bool isPooling = false)
    {
        Border border = window.Border;
        return IsAlike(window, isPooling)
            ? [(name, code(window, border))]
            : [($"{name}_padding", $"nn.ConstantPad2d(({border.Left}, {border.Right}, {border.Top}, {border.Bottom}), {value})"), (name, code(window, 0))];
    }

    /// <summary>Whether PyTorch's layer can pad so itself; that of a pooling is at most half a window.</summary>
    private static bool IsAlike(Window2D window, bool isPooling)
    {
        Border border = window.Border;
        return border.Top == border.Bottom && border.Left == border.Right
            && (!isPooling || (2 * border.Top <= window.Kernel.Height && 2 * border.Left <= window.Kernel.Width));
    }

    private static string Windows(Window2D window, Border padding, bool dilation = true) =>
        $"{Pair(window.Kernel)}, stride={Pair(window.Strides)}, padding=({padding.Top}, {padding.Left})" + (dilation && window.Dilation != 1 ? $", dilation={Pair(window.Dilation)}" : "");

    private static string Pair(Size2D size) => $"({size.Height}, {size.Width})";

    private static string Flag(bool value) => value ? "True" : "False";

    // Decimals as a user wrote them: 1 - 0.99 is 0.010000000000000009.
    private static string Text(double value) => Math.Round(value, 12).ToString("R", CultureInfo.InvariantCulture);

    private static string? CodeOf(Activation activation) => activation switch
    {
        Activation.Linear => "nn.Identity()",
        Activation.Relu => "nn.ReLU()",
        Activation.Softmax => "nn.Softmax(dim=1)",
        Activation.Sigmoid => "nn.Sigmoid()",
        Activation.Tanh => "nn.Tanh()",
        Activation.Relu6 => "nn.ReLU6()",
        Activation.LeakyRelu => "nn.LeakyReLU(0.2)",
        Activation.Elu => "nn.ELU()",
        Activation.Selu => "nn.SELU()",
        Activation.Gelu => "nn.GELU()",
        Activation.GeluTanh => "nn.GELU(\"tanh\")",
        Activation.Silu => "nn.SiLU()",
        Activation.Mish => "nn.Mish()",
        Activation.Softplus => "nn.Softplus()",
        Activation.Softsign => "nn.Softsign()",
        Activation.LogSigmoid => "nn.LogSigmoid()",
        Activation.HardSigmoid => "nn.Hardsigmoid()",
        Activation.HardSilu => "nn.Hardswish()",
        _ => null,
    };

    private static NotSupportedException Refused(WrittenCall call) =>
        new($"The layer {call.Name} of type {call.Layer.GetType().Name} can not be written for PyTorch, which has no module for it");

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NoLetter();
}
