namespace NeuralCore;

/// <summary>How a window is laid over an image's border.</summary>
public enum Padding
{
    /// <summary>No padding: only windows that lie inside the image.</summary>
    Valid,

    /// <summary>As much padding as gives ceil(extent / stride) windows; of an odd number of pixels the bottom and the right get one more.</summary>
    Same,
}

/// <summary>The pixels of padding around an image.</summary>
/// <param name="Top">Rows above it.</param>
/// <param name="Left">Columns to its left.</param>
/// <param name="Bottom">Rows below it.</param>
/// <param name="Right">Columns to its right.</param>
public readonly record struct Border(int Top, int Left, int Bottom, int Right)
{
    /// <summary>The same number on all sides.</summary>
    public static implicit operator Border(int pixels) => new(pixels, pixels, pixels, pixels);

    /// <summary>Whether there is padding on no side.</summary>
    public bool IsEmpty => this == default;

    /// <summary>The sides in the order top, left, bottom, right: <c>1, 0, 1, 0</c>.</summary>
    public override string ToString() => $"{Top}, {Left}, {Bottom}, {Right}";
}

/// <summary>
/// The arithmetic of windows that slide over a padded image. Along each axis, window i has its element u at
/// <code>
/// i * stride + u * dilation - before        windows = floor((before + extent + after - reach) / stride) + 1
///                                           reach   = (kernel - 1) * dilation + 1
/// </code>
/// of the image, where before and after are the pixels of padding; elements outside the image lie in the padding.
/// </summary>
internal readonly record struct Window2D
{
    /// <summary>Lays windows over an image.</summary>
    /// <param name="image">Its rows and columns.</param>
    /// <param name="kernel">The elements of a window.</param>
    /// <param name="strides">Pixels from one window to the next; null for 1.</param>
    /// <param name="dilation">Pixels from one element of a window to the next; null for 1.</param>
    /// <param name="border">The padding.</param>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, the padding is negative, or the window does not fit into the padded image.</exception>
    public Window2D(Size2D image, Size2D kernel, Size2D? strides = null, Size2D? dilation = null, Border border = default)
    {
        Size2D gaps = dilation ?? 1;
        (Image, Kernel, Strides, Border) = (image, kernel, strides ?? 1, border);
        RequirePositive("image", image);
        RequirePositive("window", kernel);
        RequirePositive("stride", Strides);
        RequirePositive("dilation", gaps);
        Dilation = new Size2D(kernel.Height == 1 ? 1 : gaps.Height, kernel.Width == 1 ? 1 : gaps.Width);
        if (Math.Min(Math.Min(border.Top, border.Left), Math.Min(border.Bottom, border.Right)) < 0)
        {
            throw new ArgumentException($"Padding of {border} was asked for, and it cannot be negative.");
        }

        Output = new Size2D(
            Windows(image.Height, kernel.Height, Strides.Height, Dilation.Height, border.Top, border.Bottom),
            Windows(image.Width, kernel.Width, Strides.Width, Dilation.Width, border.Left, border.Right));
        if (Output.Height < 1 || Output.Width < 1)
        {
            string dilated = Dilation == 1 ? string.Empty : $" with a dilation of {Dilation}";
            throw new ArgumentException(
                $"A window of {kernel}{dilated} does not fit into an image of {image}{(border.IsEmpty ? string.Empty : $" with padding of {border}")}: use a smaller window, or padding.");
        }
    }

    /// <summary>The rows and columns of the image, without padding.</summary>
    public Size2D Image { get; }

    /// <summary>The rows and columns of a window's elements.</summary>
    public Size2D Kernel { get; }

    /// <summary>Pixels from one window to the next.</summary>
    public Size2D Strides { get; }

    /// <summary>Pixels from one element of a window to the next: 1 where they are neighbours, or where there is but one.</summary>
    public Size2D Dilation { get; }

    /// <summary>The padding.</summary>
    public Border Border { get; }

    /// <summary>The rows and columns of windows.</summary>
    public Size2D Output { get; }

    /// <summary>The rows and columns that a window reaches over.</summary>
    public Size2D Reach => new(((Kernel.Height - 1) * Dilation.Height) + 1, ((Kernel.Width - 1) * Dilation.Width) + 1);

    /// <summary>The rows and columns of the image with its padding.</summary>
    public Size2D Padded => new(Border.Top + Image.Height + Border.Bottom, Border.Left + Image.Width + Border.Right);

    /// <summary>Windows with the padding of Keras and TensorFlow: ceil(extent / stride) of them along each axis for <see cref="Padding.Same"/>.</summary>
    /// <param name="image">The rows and columns of the image.</param>
    /// <param name="kernel">The elements of a window.</param>
    /// <param name="strides">Pixels from one window to the next.</param>
    /// <param name="dilation">Pixels from one element of a window to the next.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <exception cref="ArgumentException">As the constructor's.</exception>
    public static Window2D Of(Size2D image, Size2D kernel, Size2D strides, Size2D dilation, Padding padding)
    {
        if (padding == Padding.Valid || Math.Min(Least(image), Math.Min(Least(kernel), Math.Min(Least(strides), Least(dilation)))) < 1)
        {
            return new Window2D(image, kernel, strides, dilation);
        }

        (int top, int bottom) = SamePadding(image.Height, kernel.Height, strides.Height, dilation.Height);
        (int left, int right) = SamePadding(image.Width, kernel.Width, strides.Width, dilation.Width);
        return new Window2D(image, kernel, strides, dilation, new Border(top, left, bottom, right));
    }

    /// <summary>The padding before and after one axis that gives ceil(extent / stride) windows.</summary>
    private static (int Before, int After) SamePadding(int extent, int window, int stride, int dilation)
    {
        int windows = ((extent - 1) / stride) + 1;
        long total = Math.Max(((windows - 1L) * stride) + ((window - 1L) * dilation) + 1 - extent, 0);
        return ((int)Math.Min(total / 2, int.MaxValue), (int)Math.Min(total - (total / 2), int.MaxValue));
    }

    private static int Windows(int extent, int window, int stride, int dilation, int before, int after)
    {
        long padded = (long)before + extent + after, reach = ((window - 1L) * dilation) + 1;
        if (padded > int.MaxValue)
        {
            throw new ArgumentException($"An image of {extent} pixels with {before} and {after} of padding is larger than this program computes with.");
        }

        return padded < reach ? 0 : (int)((padded - reach) / stride) + 1;
    }

    private static int Least(Size2D size) => Math.Min(size.Height, size.Width);

    private static void RequirePositive(string what, Size2D size)
    {
        if (Least(size) < 1)
        {
            throw new ArgumentException($"The {what} is {size}, and has to be at least 1 along each axis.");
        }
    }
}
