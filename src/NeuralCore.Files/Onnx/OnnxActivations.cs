namespace NeuralCore.Files.Onnx;

/// <summary>Activations as nodes of ONNX. Those that a version of ONNX has no operation for are written as the formula that they are.</summary>
internal static class OnnxActivations
{
    private const float Hair = 1e-5f;
    private const float SeluAlpha = 1.67326324f, SeluGamma = 1.05070098f;
    private const int OpsetOfBounds = 11, OpsetOfErf = 9, OpsetOfHardSwish = 14, OpsetOfMish = 18, OpsetOfGelu = 20;

    /// <summary>The operations that are an activation each, or with some settings of theirs; <c>Relu</c>, <c>Elu</c> and <c>LeakyRelu</c> are layers.</summary>
    public static IReadOnlyList<string> Ops => ["Sigmoid", "Tanh", "Selu", "Gelu", "Mish", "Softplus", "Softsign", "Exp", "HardSigmoid", "HardSwish", "Silu", "LogSigmoid"];

    /// <summary>The activation that a node is; null for one that the engine has nothing for.</summary>
    public static Activation? Find(OnnxNode node)
    {
        bool Is(string name, float fallback, float wanted) => Math.Abs(node.Number(name, fallback) - wanted) <= Hair;
        switch (node.Op)
        {
            case "Relu":
                return Activation.Relu;
            case "Sigmoid":
                return Activation.Sigmoid;
            case "Tanh":
                return Activation.Tanh;
            case "Mish":
                return Activation.Mish;
            case "Softplus":
                return Activation.Softplus;
            case "Softsign":
                return Activation.Softsign;
            case "Exp":
                return Activation.Exponential;
            case "Silu":
                return Activation.Silu;
            case "LogSigmoid":
                return Activation.LogSigmoid;
            case "HardSwish":
                return Activation.HardSilu;
            case "Selu" when Is("alpha", SeluAlpha, SeluAlpha) && Is("gamma", SeluGamma, SeluGamma):
                return Activation.Selu;
            case "HardSigmoid" when Is("alpha", 0.2f, 1f / 6) && Is("beta", 0.5f, 0.5f):
                return Activation.HardSigmoid;
            case "Gelu":
                return node.Text("approximate", "none") switch
                {
                    "none" => Activation.Gelu,
                    "tanh" => Activation.GeluTanh,
                    _ => null,
                };
            default:
                return null;
        }
    }

    /// <summary>The activation that a layer's nodes are followed by, as far as the layer can have it itself.</summary>
    public static Activation Follow(OnnxCall call, bool mayBeSoftmax)
    {
        if (call.Follow(node => node.Op is "Relu" or "Sigmoid" or "Tanh") is { } followed)
        {
            followed.RequireAllAsked();
            return Find(followed)!.Value;
        }

        if (mayBeSoftmax && call.Follow(node => node.Op == "Softmax" && node.Integer("axis", -1) is 1 or -1) is { } softmax)
        {
            softmax.RequireAllAsked();
            return Activation.Softmax;
        }

        return Activation.Linear;
    }

    /// <summary>Writes one as the last of a layer's nodes.</summary>
    /// <exception cref="NotSupportedException">The version of ONNX's operations has nothing for it.</exception>
    public static void Write(OnnxCallWriter call, Activation activation, string input, bool isFirst)
    {
        switch (activation)
        {
            case Activation.Linear:
                call.Give(isFirst, "Identity", [input]);
                break;
            case Activation.Relu or Activation.Softmax or Activation.Sigmoid or Activation.Tanh or Activation.Softplus or Activation.Softsign or Activation.Selu:
                call.Give(isFirst, activation.ToString(), [input]);
                break;
            case Activation.Relu6:
                WriteRectified(call, input, 6, 0, 0, isFirst);
                break;
            case Activation.LeakyRelu:
                WriteRectified(call, input, double.PositiveInfinity, 0.2, 0, isFirst);
                break;
            case Activation.Elu:
                call.Give(isFirst, "Elu", [input], ("alpha", 1f));
                break;
            case Activation.Exponential:
                call.Give(isFirst, "Exp", [input]);
                break;
            case Activation.Gelu or Activation.GeluTanh:
                WriteGelu(call, input, isFirst, isApproximate: activation == Activation.GeluTanh);
                break;
            case Activation.Silu:
                call.Give(isFirst, "Mul", [input, call.Node("Sigmoid", [input])]);
                break;
            case Activation.Mish when call.Opset >= OpsetOfMish:
                call.Give(isFirst, "Mish", [input]);
                break;
            case Activation.Mish:
                call.Give(isFirst, "Mul", [input, call.Node("Tanh", [call.Node("Softplus", [input])])]);
                break;
            case Activation.LogSigmoid:
                call.Give(isFirst, "Neg", [call.Node("Softplus", [call.Node("Neg", [input])])]);
                break;
            case Activation.HardSigmoid:
                call.Give(isFirst, "HardSigmoid", [input], ("alpha", 1f / 6), ("beta", 0.5f));
                break;
            case Activation.HardSilu when call.Opset >= OpsetOfHardSwish:
                call.Give(isFirst, "HardSwish", [input]);
                break;
            case Activation.HardSilu:
                call.Give(isFirst, "Mul", [input, call.Node("HardSigmoid", [input], ("alpha", 1f / 6), ("beta", 0.5f))]);
                break;
            default:
                throw new NotSupportedException($"The activation {activation} cannot be written to an ONNX file");
        }
    }

    /// <summary>Writes a ReLU with or without a bound, a slope and a threshold, of an input in either order of axes.</summary>
    public static void WriteRectified(OnnxCallWriter call, string input, double maximum, double slope, double threshold) =>
        WriteRectified(call, input, maximum, slope, threshold, call.IsFirst);

    private static void WriteRectified(OnnxCallWriter call, string input, double maximum, double slope, double threshold, bool isFirst)
    {
        bool isBounded = !double.IsPositiveInfinity(maximum);
        if (threshold != 0)
        {
            if (call.Opset < OpsetOfErf || maximum < threshold)
            {
                throw new NotSupportedException($"A ReLU with a threshold cannot be written in version {call.Opset} of ONNX's operations, or with a largest value below the threshold");
            }

            string bound = call.Numbers("threshold", [(float)threshold], []);
            string below = slope == 0
                ? call.Numbers("zero", [0], [])
                : call.Node("Mul", [call.Node("Sub", [input, bound]), call.Numbers("slope", [(float)slope], [])]);
            string[] chosen = [call.Node("Less", [input, bound]), below, input];
            if (!isBounded)
            {
                call.Give(isFirst, "Where", chosen);
                return;
            }

            input = call.Node("Where", chosen);
        }
        else if (slope != 0)
        {
            if (!isBounded)
            {
                call.Give(isFirst, "LeakyRelu", [input], ("alpha", (float)slope));
                return;
            }

            input = call.Node("LeakyRelu", [input], ("alpha", (float)slope));
        }
        else if (!isBounded)
        {
            call.Give(isFirst, "Relu", [input]);
            return;
        }

        WriteClip(call, input, slope == 0 ? 0 : -float.MaxValue, (float)maximum, isFirst);
    }

    private static void WriteClip(OnnxCallWriter call, string input, float least, float most, bool isFirst)
    {
        if (call.Opset < OpsetOfBounds)
        {
            call.Give(isFirst, "Clip", [input], ("min", least), ("max", most));
        }
        else
        {
            call.Give(isFirst, "Clip", [input, call.Numbers("min", [least], []), call.Numbers("max", [most], [])]);
        }
    }

    private static void WriteGelu(OnnxCallWriter call, string input, bool isFirst, bool isApproximate)
    {
        if (call.Opset >= OpsetOfGelu)
        {
            call.Give(isFirst, "Gelu", [input], ("approximate", isApproximate ? "tanh" : "none"));
            return;
        }

        if (!isApproximate && call.Opset < OpsetOfErf)
        {
            throw new NotSupportedException($"The activation Gelu needs version {OpsetOfErf} of ONNX's operations or a later one");
        }

        string curve;
        if (isApproximate)
        {
            string cubed = call.Node("Mul", [input, call.Node("Mul", [input, input])]);
            string inner = call.Node("Add", [input, call.Node("Mul", [cubed, call.Numbers("cubic", [0.044715f], [])])]);
            curve = call.Node("Tanh", [call.Node("Mul", [inner, call.Numbers("scale", [(float)Math.Sqrt(2 / Math.PI)], [])])]);
        }
        else
        {
            curve = call.Node("Erf", [call.Node("Mul", [input, call.Numbers("scale", [(float)Math.Sqrt(0.5)], [])])]);
        }

        string share = call.Node("Add", [curve, call.Numbers("one", [1], [])]);
        call.Give(isFirst, "Mul", [call.Node("Mul", [input, share]), call.Numbers("half", [0.5f], [])]);
    }
}
