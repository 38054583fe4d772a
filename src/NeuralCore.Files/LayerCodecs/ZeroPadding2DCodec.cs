using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Zeros around an image.</summary>
internal sealed class ZeroPadding2DCodec : EngineCodec<ZeroPadding2D>, IKerasReader, IOnnxReader
{
    private const int OpsetOfInputs = 11;

    /// <inheritdoc/>
    public override string Kind => "zero_padding2d";

    /// <inheritdoc/>
    public override string KerasClass => "ZeroPadding2D";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["ZeroPadding2D"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Pad"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) => new ZeroPadding2D(settings.BorderOrNone("padding"));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        ZeroPadding2D padding = call.Layer(() => new ZeroPadding2D(call.Settings.Border("padding")));
        call.Output = call.OfImage(call.Apply(padding, call.Image(call.Input)));
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        if (node.Text("mode", "constant") is var mode and not "constant")
        {
            throw node.Refused($"with the mode {FileText.Quote(mode)}");
        }

        double value = call.Has(2) ? call.Required(2).Scalar() ?? double.NaN : node.Number("value", 0);
        if (value != 0)
        {
            throw node.Refused("with something other than zeros");
        }

        long[] pads = Pads(call);
        if (pads.Any(pad => pad is < 0 or > LayerSettings.LargestExtent))
        {
            throw node.Refused($"with the pads {string.Join(", ", pads)}");
        }

        if (pads.All(pad => pad == 0))
        {
            call.Give(call.Input);
            return;
        }

        // Exporters pad in either order of axes; the axis in the middle is one of the picture in both, and tells nothing about an input's.
        FileValue input = pads is [0, 0, _, 0, 0, 0, _, 0] ? call.SettledAxes(call.Input) : call.Input;
        bool isFirst = pads is [0, 0, _, _, 0, 0, _, _] && input.AsImage(channelsFirst: true) is not null;
        bool isLast = !isFirst && pads is [0, _, _, 0, 0, _, _, 0] && input.AsImage(channelsFirst: false) is not null;
        int at = isFirst ? 2 : 1;
        var border = isFirst || isLast ? new Border((int)pads[at], (int)pads[at + 1], (int)pads[at + 4], (int)pads[at + 5]) : throw node.Refused("of other axes than rows and columns");
        Value y = call.Apply(call.New(new ZeroPadding2D(border)), isFirst ? call.Image(input) : call.LastImage(input));
        call.Give(isFirst ? OnnxCall.OfImage(y) : OnnxCall.OfLastImage(y));
    }

    /// <inheritdoc/>
    protected override void Write(ZeroPadding2D layer, LayerWriter settings) => settings.BorderIfAny("padding", layer.Padding);

    /// <inheritdoc/>
    protected override void WriteKeras(ZeroPadding2D layer, KerasWriter keras)
    {
        Border border = layer.Padding;
        keras.Json.WriteStartArray("padding");
        foreach ((int before, int after) in new[] { (border.Top, border.Bottom), (border.Left, border.Right) })
        {
            keras.Json.WriteStartArray();
            keras.Json.WriteNumberValue(before);
            keras.Json.WriteNumberValue(after);
            keras.Json.WriteEndArray();
        }

        keras.Json.WriteEndArray();
        keras.Text("data_format", "channels_last");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(ZeroPadding2D layer, OnnxCallWriter call)
    {
        Border border = layer.Padding;
        bool isFirst = call.IsFirst;
        long[] before = [border.Top, border.Left], after = [border.Bottom, border.Right];
        long[] pads = isFirst ? [0, 0, .. before, 0, 0, .. after] : [0, .. before, 0, 0, .. after, 0];
        if (call.Opset < OpsetOfInputs)
        {
            call.Give(isFirst, "Pad", [call.Either()], ("pads", pads));
        }
        else
        {
            call.Give(isFirst, "Pad", [call.Either(), call.Integers("pads", pads)]);
        }
    }

    /// <summary>The pads of all axes, the batch's among them: before each, then behind each.</summary>
    private static long[] Pads(OnnxCall call)
    {
        const int OpsetOfAxes = 18;
        int rank = call.Input.Dims.Length + 1;
        IReadOnlyList<long> given = call.Node.Integers("pads") ?? call.Required(1).Integers ?? throw call.Node.Refused("with pads that are not known before it runs");
        IReadOnlyList<long> axes = call.Opset >= OpsetOfAxes && call.Has(3) ? call.Required(3).Integers ?? [] : [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        if (given.Count != 2 * axes.Count || axes.Any(axis => axis < -rank || axis >= rank))
        {
            throw call.Node.Refused($"with {given.Count} pads for {rank} axes");
        }

        var pads = new long[2 * rank];
        foreach ((int index, long axis) in axes.Index())
        {
            long place = axis < 0 ? axis + rank : axis;
            (pads[place], pads[rank + place]) = (given[index], given[axes.Count + index]);
        }

        return pads;
    }
}
