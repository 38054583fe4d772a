using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>ONNX's bounds: a ReLU with or without a largest value, and for bounds other than 0 one between two shifts.</summary>
internal sealed class OnnxClip : IOnnxReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Clip"];

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        double least = Bound(call, 1, "min", double.NegativeInfinity), most = Bound(call, 2, "max", double.PositiveInfinity);
        if (double.IsNaN(least) || double.IsNaN(most) || least > most)
        {
            throw call.Node.Refused("with bounds that no number satisfies");
        }

        bool isBelow = least > -float.MaxValue, isAbove = most < float.MaxValue;
        if (!isBelow && !isAbove)
        {
            call.Give(call.Input);
        }
        else if (least == 0)
        {
            call.Give(Rectified(call, call.Input, isAbove ? most : null));
        }
        else if (isBelow)
        {
            FileValue shifted = OnnxAffine.Apply(call, call.Input, 1, -least);
            call.Give(OnnxAffine.Apply(call, Rectified(call, shifted, isAbove ? most - least : null), 1, least));
        }
        else
        {
            // min(x, b) = b - max(b - x, 0).
            FileValue mirrored = OnnxAffine.Apply(call, call.Input, -1, most);
            call.Give(OnnxAffine.Apply(call, Rectified(call, mirrored, null), -1, most));
        }
    }

    private static FileValue Rectified(OnnxCall call, FileValue value, double? most) =>
        value.With(call.Apply(call.New(new ReLU(most is { } bound ? Keras.KerasText.Shortest(bound) : null)), value.Value));

    private static double Bound(OnnxCall call, int input, string attribute, double fallback) =>
        call.Has(input) ? call.Required(input).Scalar() ?? double.NaN : call.Node.Has(attribute) ? call.Node.Number(attribute, 0) : fallback;
}
