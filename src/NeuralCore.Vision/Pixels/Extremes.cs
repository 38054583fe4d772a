using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>
/// The brightest and darkest pixel of the square around each pixel, and what is made of them. A square's extreme is that of its
/// columns' extremes, so rows and columns are done one after the other; and a window of n pixels is two windows of the largest power of two
/// below n, each of which is two of half its length: a few steps whatever the size, each of them a vector at a time.
/// </summary>
public static class Extremes
{
    /// <summary>
    /// The closing: the brightest of each square, then the darkest of those. Dark strokes narrower than the square vanish; edges of
    /// larger areas stay where they are, as those of a shadow.
    /// </summary>
    /// <param name="plane">The picture.</param>
    /// <param name="radius">The square's side is 2 radius + 1 pixels.</param>
    public static BytePlane Close(BytePlane plane, int radius)
    {
        byte[] pixels = [.. plane.Pixels];
        Widen(pixels, plane.Width, plane.Height, radius);
        Invert(pixels);
        Widen(pixels, plane.Width, plane.Height, radius);
        Invert(pixels);
        return new BytePlane(plane.Width, plane.Height, pixels);
    }

    /// <summary>The brightest pixel of the square of side 2 radius + 1 around each pixel, cut at the picture's edges.</summary>
    public static BytePlane Brightest(BytePlane plane, int radius)
    {
        byte[] pixels = [.. plane.Pixels];
        Widen(pixels, plane.Width, plane.Height, radius);
        return new BytePlane(plane.Width, plane.Height, pixels);
    }

    private static void Widen(byte[] pixels, int width, int height, int radius)
    {
        // Beyond the edges lies nothing, which is darker than all.
        int window = (2 * radius) + 1;
        var row = new byte[width + window - 1];
        for (int y = 0; y < height; y++)
        {
            row.AsSpan().Clear();
            pixels.AsSpan(y * width, width).CopyTo(row.AsSpan(radius));
            Slide(row, window, 1);
            row.AsSpan(0, width).CopyTo(pixels.AsSpan(y * width));
        }

        // Columns are as rows of a picture whose neighbours lie a row apart; in strips, so that one stays in the cache.
        const int strip = 256;
        var columns = new byte[(height + window - 1) * Math.Min(strip, width)];
        for (int left = 0; left < width; left += strip)
        {
            int across = Math.Min(strip, width - left);
            Span<byte> part = columns.AsSpan(0, (height + window - 1) * across);
            part.Clear();
            for (int y = 0; y < height; y++)
            {
                pixels.AsSpan((y * width) + left, across).CopyTo(part[((y + radius) * across)..]);
            }

            Slide(part, window, across);
            for (int y = 0; y < height; y++)
            {
                part.Slice(y * across, across).CopyTo(pixels.AsSpan((y * width) + left));
            }
        }
    }

    /// <summary>Replaces each value by the largest of <paramref name="window"/> values from it on, each <paramref name="step"/> places further.</summary>
    private static void Slide(Span<byte> values, int window, int step)
    {
        int length = 1;
        for (; 2 * length <= window; length *= 2)
        {
            TakeLarger(values, length * step);
        }

        if (length < window)
        {
            TakeLarger(values, (window - length) * step);
        }
    }

    /// <summary>Each value or the one a given number of places further, whichever is larger. Values are written in the order in which they are read, so none is read after it was changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeLarger(Span<byte> values, int offset)
    {
        ref byte first = ref MemoryMarshal.GetReference(values);
        (int i, int end) = (0, values.Length - offset);
        for (; i + Vector<byte>.Count <= end; i += Vector<byte>.Count)
        {
            Vector.Max(Vector.LoadUnsafe(ref first, (nuint)i), Vector.LoadUnsafe(ref first, (nuint)(i + offset))).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < end; i++)
        {
            values[i] = Math.Max(values[i], values[i + offset]);
        }
    }

    private static void Invert(byte[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (byte)~values[i];
        }
    }
}
