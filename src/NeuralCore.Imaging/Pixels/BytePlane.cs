using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

/// <summary>
/// One colour of a picture, a byte a pixel: a quarter of the memory of <see cref="GrayImage"/>, and vectors hold four times as many. A photo's
/// channels are kept so until ink is measured in them.
/// </summary>
public sealed class BytePlane
{
    /// <summary>Takes pixels over, without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, pixels from the left.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the columns times the rows.</exception>
    public BytePlane(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height)
        {
            throw new ArgumentException($"A picture of {width}x{height} pixels does not have {pixels.Length}: give one value for each pixel.");
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, pixels from the left.</summary>
    public byte[] Pixels { get; }

    /// <summary>A pixel.</summary>
    public byte this[int x, int y] => Pixels[(y * Width) + x];

    /// <summary>A row.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width, Width);

    /// <summary>Bright as dark and dark as bright.</summary>
    public BytePlane Negative()
    {
        var pixels = new byte[Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)~Pixels[i];
        }

        return new BytePlane(Width, Height, pixels);
    }

    /// <summary>Each pixel as the mean of the square of three by three around it, cut at the picture's edges, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BytePlane Smoothed()
    {
        var smooth = new byte[Pixels.Length];
        var columns = new int[Width + 2];
        for (int y = 0; y < Height; y++)
        {
            Span<byte> above = Row(Math.Max(y - 1, 0)), own = Row(y), below = Row(Math.Min(y + 1, Height - 1));

            // At the upper and the lower edge a row is not counted twice.
            int rows = Math.Min(y + 1, Height - 1) - Math.Max(y - 1, 0) + 1;
            (int hasAbove, int hasBelow) = (y > 0 ? 1 : 0, y + 1 < Height ? 1 : 0);
            for (int x = 0; x < Width; x++)
            {
                columns[x + 1] = (hasAbove * above[x]) + own[x] + (hasBelow * below[x]);
            }

            Span<byte> target = smooth.AsSpan(y * Width, Width);
            int inside = 3 * rows;
            for (int x = 0; x < Width; x++)
            {
                int count = x == 0 || x == Width - 1 ? Math.Min(Width, x == 0 && x == Width - 1 ? 1 : 2) * rows : inside;
                target[x] = (byte)((columns[x] + columns[x + 1] + columns[x + 2] + (count / 2)) / count);
            }
        }

        return new BytePlane(Width, Height, smooth);
    }

    /// <summary>The plane in another size, by area averages, rounded: <see cref="AreaAverage"/>.</summary>
    public BytePlane Resized(int width, int height) => width == Width && height == Height ? this : new BytePlane(width, height, ToGray().Resized(width, height).ToBytes());

    /// <summary>The plane as numbers from 0 to 255.</summary>
    public GrayImage ToGray() => new(Width, Height, Array.ConvertAll(Pixels, value => (float)value));
}
