using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>An opaque picture in colour.</summary>
public sealed class ColourImage
{
    /// <summary>Bytes a pixel: red, green, blue.</summary>
    public const int Channels = 3;

    /// <summary>Takes pixels over, without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, pixels from the left; red, green and blue of each, 0 to 255.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the columns times the rows.</exception>
    public ColourImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * Channels)
        {
            throw new ArgumentException($"A picture of {width}x{height} pixels in colour does not have {pixels.Length} bytes: give three for each pixel.");
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Takes red, green and blue of RGBA pixels, as a browser's canvas gives them; opacity is ignored.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgba">Red, green, blue and opacity of each pixel; rows from the top.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the columns times the rows.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ColourImage FromRgba(int width, int height, ReadOnlySpan<byte> rgba)
    {
        var pixels = new byte[rgba.Length / 4 * Channels];
        for (int from = 0, to = 0; to < pixels.Length; from += 4, to += Channels)
        {
            pixels[to] = rgba[from];
            pixels[to + 1] = rgba[from + 1];
            pixels[to + 2] = rgba[from + 2];
        }

        return new ColourImage(width, height, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, pixels from the left; red, green and blue of each, 0 to 255.</summary>
    public byte[] Pixels { get; }

    /// <summary>How many pixels of the file that it was read from the side of one stands for: 1 unless the file was too large to be taken whole.</summary>
    public int Reduction { get; init; } = 1;

    /// <summary>The red, green and blue of a pixel.</summary>
    public ReadOnlySpan<byte> this[int x, int y] => Pixels.AsSpan(((y * Width) + x) * Channels, Channels);

    /// <summary>Red, green and blue as planes of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BytePlane[] ToPlanes()
    {
        var (red, green, blue) = (new byte[Width * Height], new byte[Width * Height], new byte[Width * Height]);
        for (int i = 0, at = 0; i < red.Length; i++, at += Channels)
        {
            (red[i], green[i], blue[i]) = (Pixels[at], Pixels[at + 1], Pixels[at + 2]);
        }

        return [new(Width, Height, red), new(Width, Height, green), new(Width, Height, blue)];
    }

    /// <summary>How bright each pixel looks, 0 to 255: the luma of ITU-R BT.601, 0.299 red + 0.587 green + 0.114 blue.</summary>
    public GrayImage Luma()
    {
        var values = new float[Width * Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (0.299f * Pixels[i * Channels]) + (0.587f * Pixels[(i * Channels) + 1]) + (0.114f * Pixels[(i * Channels) + 2]);
        }

        return new GrayImage(Width, Height, values);
    }

    /// <summary>A copy of a part.</summary>
    public ColourImage Crop(Box box)
    {
        var pixels = new byte[box.Area * Channels];
        for (int y = 0; y < box.Height; y++)
        {
            Pixels.AsSpan((((box.Y + y) * Width) + box.X) * Channels, box.Width * Channels).CopyTo(pixels.AsSpan(y * box.Width * Channels));
        }

        return new ColourImage(box.Width, box.Height, pixels);
    }

    /// <summary>
    /// The picture made smaller by a whole factor: each square of factor x factor pixels becomes one, their mean. Squares that
    /// the right and the bottom edge cut are means of what is left of them.
    /// </summary>
    /// <param name="factor">At least 1; 1 gives the picture itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ColourImage ShrunkBy(int factor)
    {
        if (factor == 1)
        {
            return this;
        }

        (int width, int height) = ((Width + factor - 1) / factor, (Height + factor - 1) / factor);
        var pixels = new byte[width * height * Channels];
        var sums = new int[width * Channels];
        for (int y = 0; y < height; y++)
        {
            int rows = Math.Min(factor, Height - (y * factor));
            Array.Clear(sums);
            for (int row = 0; row < rows; row++)
            {
                AddSquares(Pixels.AsSpan(((y * factor) + row) * Width * Channels, Width * Channels), sums, factor);
            }

            for (int i = 0; i < sums.Length; i++)
            {
                int count = rows * Math.Min(factor, Width - (i / Channels * factor));
                pixels[(y * sums.Length) + i] = (byte)((sums[i] + (count / 2)) / count);
            }
        }

        return new ColourImage(width, height, pixels);
    }

    /// <summary>The picture made smaller by the smallest whole factor that brings its longer side to at most this many pixels.</summary>
    public ColourImage ShrunkTo(int longestSide) => ShrunkBy((Math.Max(Width, Height) + longestSide - 1) / longestSide);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquares(ReadOnlySpan<byte> row, Span<int> sums, int factor)
    {
        int pixel = 0;
        for (int i = 0; i < sums.Length; i += Channels)
        {
            (int r, int g, int b) = (0, 0, 0);
            int end = Math.Min(pixel + (factor * Channels), row.Length);
            for (; pixel < end; pixel += Channels)
            {
                r += row[pixel];
                g += row[pixel + 1];
                b += row[pixel + 2];
            }

            sums[i] += r;
            sums[i + 1] += g;
            sums[i + 2] += b;
        }
    }
}
