using NeuralCore.Ops;

namespace NeuralCore.Files.Onnx;

/// <summary>The windows of a convolution or a pooling, as a node tells them.</summary>
/// <param name="Kernel">Rows and columns.</param>
/// <param name="Strides">From one window to the next.</param>
/// <param name="AutoPad">How they meet the border, where that is not told in pixels.</param>
/// <param name="Pads">The pixels of padding: top, left, bottom, right.</param>
internal sealed record OnnxWindow((int Rows, int Columns) Kernel, (int Rows, int Columns) Strides, string AutoPad, IReadOnlyList<long> Pads)
{
    /// <summary>Reads the settings of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">Rows and columns of its kernel, which the node need not tell again.</param>
    public static OnnxWindow Read(OnnxNode node, IReadOnlyList<int>? kernel)
    {
        IReadOnlyList<long> size = node.Integers("kernel_shape") ?? [.. (kernel ?? []).Select(extent => (long)extent)];
        IReadOnlyList<long> strides = node.Integers("strides") ?? [1, 1], dilations = node.Integers("dilations") ?? [1, 1], pads = node.Integers("pads") ?? [0, 0, 0, 0];
        if (size is not [>= 1 and <= LayerSettings.LargestWindow, >= 1 and <= LayerSettings.LargestWindow] || (kernel is not null && (kernel[0] != size[0] || kernel[1] != size[1])))
        {
            throw node.Refused($"with windows of {string.Join('x', size)}");
        }

        if (strides is not [>= 1 and <= LayerSettings.LargestExtent, >= 1 and <= LayerSettings.LargestExtent])
        {
            throw node.Refused($"with the strides {string.Join('x', strides)}");
        }

        if (dilations.Any(dilation => dilation != 1))
        {
            throw node.Refused("with dilated windows");
        }

        if (pads.Count != 4 || pads.Any(pad => pad is < 0 or > LayerSettings.LargestExtent))
        {
            throw node.Refused($"with the pads {string.Join(", ", pads)}");
        }

        return new OnnxWindow(((int)size[0], (int)size[1]), ((int)strides[0], (int)strides[1]), node.Text("auto_pad", "NOTSET"), pads);
    }

    /// <summary>The one size and stride of square windows.</summary>
    public (int Kernel, int Stride) Square(OnnxNode node)
    {
        if (Kernel.Rows != Kernel.Columns)
        {
            throw node.Refused($"with windows of {Kernel.Rows}x{Kernel.Columns}");
        }

        return Strides.Rows == Strides.Columns ? (Kernel.Rows, Strides.Rows) : throw node.Refused($"with the strides {Strides.Rows}x{Strides.Columns}");
    }

    /// <summary>The padding, where it is one of Keras's.</summary>
    public Padding Padding(OnnxNode node, int height, int width)
    {
        return AutoPad switch
        {
            "VALID" => NeuralCore.Padding.Valid,
            "SAME_UPPER" => NeuralCore.Padding.Same,
            "NOTSET" when Pads.All(pad => pad == 0) => NeuralCore.Padding.Valid,
            "NOTSET" when Pads.SequenceEqual(Same(height, width)) => NeuralCore.Padding.Same,
            "NOTSET" => throw node.Refused($"with the pads {string.Join(", ", Pads)}"),
            var other => throw node.Refused($"with {FileText.Quote(other)} for 'auto_pad'"),
        };
    }

    private long[] Same(int height, int width)
    {
        Conv2DShape same = Conv2DShape.Same(height, width, 1, 1, Kernel.Rows, Kernel.Columns, Strides.Rows, Strides.Columns);
        return [same.PadTop, same.PadLeft, same.PadBottom, same.PadRight];
    }
}
