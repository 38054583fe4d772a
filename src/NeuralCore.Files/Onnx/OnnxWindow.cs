namespace NeuralCore.Files.Onnx;

/// <summary>The windows of a convolution or a pooling, as a node tells them.</summary>
/// <param name="Kernel">Rows and columns.</param>
/// <param name="Strides">From one window to the next.</param>
/// <param name="Dilations">From one element of a window to the next.</param>
/// <param name="AutoPad">How they meet the border, where that is not told in pixels.</param>
/// <param name="Pads">The pixels of padding: top, left, bottom, right.</param>
internal sealed record OnnxWindow(Size2D Kernel, Size2D Strides, Size2D Dilations, string AutoPad, IReadOnlyList<long> Pads)
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

        if (dilations is not [>= 1 and <= LayerSettings.LargestExtent, >= 1 and <= LayerSettings.LargestExtent])
        {
            throw node.Refused($"with the dilations {string.Join('x', dilations)}");
        }

        if (pads.Count != 4 || pads.Any(pad => pad is < 0 or > LayerSettings.LargestExtent))
        {
            throw node.Refused($"with the pads {string.Join(", ", pads)}");
        }

        return new OnnxWindow(Size(size), Size(strides), Size(dilations), node.Text("auto_pad", "NOTSET"), pads);

        static Size2D Size(IReadOnlyList<long> pair) => new((int)pair[0], (int)pair[1]);
    }

    /// <summary>The attributes of windows that are written.</summary>
    public static IEnumerable<(string Name, object Value)> Attributes(Window2D window)
    {
        yield return ("kernel_shape", (long[])[window.Kernel.Height, window.Kernel.Width]);
        yield return ("strides", (long[])[window.Strides.Height, window.Strides.Width]);
        yield return ("pads", (long[])[window.Border.Top, window.Border.Left, window.Border.Bottom, window.Border.Right]);
        if (window.Dilation != 1)
        {
            yield return ("dilations", (long[])[window.Dilation.Height, window.Dilation.Width]);
        }
    }

    /// <summary>The padding: one of Keras's, or the pixels where it is none of them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="image">What the windows are laid over.</param>
    /// <param name="roundsUp">Whether there is a last window that reaches beyond the border, as <c>ceil_mode</c> has it.</param>
    public (Padding Padding, Border? Border) Padding(OnnxNode node, Value image, bool roundsUp = false)
    {
        var size = new Size2D(image.Shape[0], image.Shape[1]);
        Border same = Window2D.Of(size, Kernel, Strides, Dilations, NeuralCore.Padding.Same).Border;
        Border border = AutoPad switch
        {
            "VALID" => 0,
            "SAME_UPPER" => same,
            "SAME_LOWER" => new Border(same.Bottom, same.Right, same.Top, same.Left),
            "NOTSET" => new Border((int)Pads[0], (int)Pads[1], (int)Pads[2], (int)Pads[3]),
            var other => throw node.Refused($"with {FileText.Quote(other)} for 'auto_pad'"),
        };
        if (roundsUp)
        {
            border = border with
            {
                Bottom = border.Bottom + Extra(size.Height, Kernel.Height, Strides.Height, Dilations.Height, border.Top, border.Bottom),
                Right = border.Right + Extra(size.Width, Kernel.Width, Strides.Width, Dilations.Width, border.Left, border.Right),
            };
        }

        return border.IsEmpty ? (NeuralCore.Padding.Valid, null) : border == same ? (NeuralCore.Padding.Same, null) : (NeuralCore.Padding.Valid, border);
    }

    /// <summary>The pixels that the last window lacks where their number is rounded up; one that would begin in the padding behind the image is left out.</summary>
    private static int Extra(int extent, int kernel, int stride, int dilation, int before, int after)
    {
        long rest = (long)before + extent + after - (((kernel - 1L) * dilation) + 1);
        long windows = rest < 0 ? 0 : ((rest + stride - 1) / stride) + 1;
        if ((windows - 1) * stride >= (long)before + extent)
        {
            windows--;
        }

        return windows < 1 ? 0 : (int)Math.Max(((windows - 1) * stride) - rest, 0);
    }
}
