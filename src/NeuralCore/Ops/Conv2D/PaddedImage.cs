using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>An image within its border of zeros, so that kernels need not know about borders.</summary>
internal static unsafe class PaddedImage
{
    /// <summary>The floats of the buffer that one padded image takes: a whole number of cache lines, 0 where there is no padding.</summary>
    public static nint Count(in Conv2DShape shape) =>
        shape.IsPadded ? Blocking.Aligned((nint)shape.PaddedHeight * shape.PaddedWidth * shape.Channels) : 0;

    /// <summary>The image itself where there is no padding, else a padded copy in <paramref name="buffer"/>.</summary>
    public static float* Of(in Conv2DShape shape, float* image, float* buffer)
    {
        if (!shape.IsPadded)
        {
            return image;
        }

        float* padded = buffer;
        int row = shape.Width * shape.Channels, paddedRow = shape.PaddedWidth * shape.Channels, left = shape.PadLeft * shape.Channels;
        float* end = buffer + ((nint)shape.PaddedHeight * paddedRow);
        new Span<float>(buffer, shape.PadTop * paddedRow).Clear();
        buffer += (nint)shape.PadTop * paddedRow;
        for (int h = 0; h < shape.Height; h++, buffer += paddedRow, image += row)
        {
            new Span<float>(buffer, left).Clear();
            new ReadOnlySpan<float>(image, row).CopyTo(new Span<float>(buffer + left, row));
            new Span<float>(buffer + left + row, paddedRow - left - row).Clear();
        }

        new Span<float>(buffer, (int)(end - buffer)).Clear();
        return padded;
    }

    /// <summary>Copies a padded image without its border.</summary>
    public static void Crop(in Conv2DShape shape, float* padded, float* image)
    {
        int row = shape.Width * shape.Channels;
        for (int h = 0; h < shape.Height; h++)
        {
            new ReadOnlySpan<float>(Row(shape, padded, h), row).CopyTo(new Span<float>(image + ((nint)h * row), row));
        }
    }

    /// <summary>Where row <paramref name="h"/> of the image begins within the padded one.</summary>
    private static float* Row(in Conv2DShape shape, float* padded, int h) =>
        padded + ((((nint)(shape.PadTop + h) * shape.PaddedWidth) + shape.PadLeft) * shape.Channels);
}
