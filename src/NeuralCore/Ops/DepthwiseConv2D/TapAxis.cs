namespace NeuralCore.Ops;

/// <summary>The taps of a kernel that meet pixels of a source, along one axis: every <see cref="Step"/>th from the first.</summary>
/// <param name="First">The first tap.</param>
/// <param name="Count">How many there are; perhaps none.</param>
/// <param name="Step">From one to the next.</param>
/// <param name="Source">The pixel that the first meets.</param>
/// <param name="SourceStep">From the pixel that one meets to that of the next; negative backward.</param>
internal readonly record struct TapRange(int First, int Count, int Step, int Source, int SourceStep);

/// <summary>
/// One axis of windows, as kernels walk along it that compute one pixel after another. Forward a pixel is a window, and its taps meet pixels of the
/// image. Backward it is a pixel of the image, and its taps meet the windows that saw it; the same taps recur every stride pixels.
/// </summary>
internal readonly struct TapAxis
{
    private readonly int _kernel, _stride, _dilation, _before, _source;
    private readonly bool _isBackward;

    private TapAxis(bool isBackward, int image, int windows, int kernel, int stride, int dilation, int before)
    {
        (_isBackward, _kernel, _stride, _dilation, _before) = (isBackward, kernel, stride, dilation, before);
        (Pixels, _source) = isBackward ? (image, windows) : (windows, image);
        int reach = (kernel - 1) * dilation;
        (int first, int end) = isBackward
            ? (reach - before, ((windows - 1) * stride) - before + 1)
            : ((before + stride - 1) / stride, image - 1 + before - reach >= 0 ? ((image - 1 + before - reach) / stride) + 1 : 0);
        WholeFirst = Math.Clamp(first, 0, Pixels);
        WholeEnd = Math.Clamp(end, WholeFirst, Pixels);
    }

    /// <summary>The pixels to compute.</summary>
    public int Pixels { get; }

    /// <summary>The first pixel that no tap misses: of those up to <see cref="WholeEnd"/> a pixel has the taps of that <see cref="Step"/> before.</summary>
    public int WholeFirst { get; }

    /// <summary>One more than the last.</summary>
    public int WholeEnd { get; }

    /// <summary>From a pixel to the next that has the same taps.</summary>
    public int Step => _isBackward ? _stride : 1;

    /// <summary>How far apart the pixels are that the two see.</summary>
    public int SourceStep => _isBackward ? 1 : _stride;

    /// <summary>The rows of windows, forward or backward.</summary>
    public static TapAxis Down(in Window2D window, bool isBackward) => new(
        isBackward, window.Image.Height, window.Output.Height, window.Kernel.Height, window.Strides.Height, window.Dilation.Height, window.Border.Top);

    /// <summary>The columns of windows, forward or backward.</summary>
    public static TapAxis Across(in Window2D window, bool isBackward) => new(
        isBackward, window.Image.Width, window.Output.Width, window.Kernel.Width, window.Strides.Width, window.Dilation.Width, window.Border.Left);

    /// <summary>The taps of a pixel.</summary>
    public TapRange At(int pixel)
    {
        int first = 0, count = 0, step = 0, source = 0, sourceStep = 0;
        for (int tap = 0; tap < _kernel; tap++)
        {
            int met = _isBackward ? pixel + _before - (tap * _dilation) : (pixel * _stride) + (tap * _dilation) - _before;
            if (_isBackward)
            {
                (met, int between) = Math.DivRem(met, _stride);
                met = between == 0 ? met : -1;
            }

            if ((uint)met < (uint)_source)
            {
                (first, source) = count == 0 ? (tap, met) : (first, source);
                (step, sourceStep) = count == 1 ? (tap - first, met - source) : (step, sourceStep);
                count++;
            }
        }

        return new TapRange(first, count, step, source, sourceStep);
    }
}
