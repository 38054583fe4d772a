using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>A picture of one number a pixel. Where nothing else is said, 0 is black, or no ink, and 255 is white, or full ink.</summary>
public sealed class GrayImage
{
    /// <summary>Takes pixels over, without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, pixels from the left.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the columns times the rows.</exception>
    public GrayImage(int width, int height, float[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height)
        {
            throw new ArgumentException($"A picture of {width}x{height} pixels does not have {pixels.Length}: give one value for each pixel.");
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Makes a picture of zeros.</summary>
    public GrayImage(int width, int height)
        : this(width, height, new float[width * height])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, pixels from the left.</summary>
    public float[] Pixels { get; }

    /// <summary>The whole picture as a box.</summary>
    public Box Frame => new(0, 0, Width, Height);

    /// <summary>A pixel.</summary>
    public float this[int x, int y]
    {
        get => Pixels[(y * Width) + x];
        set => Pixels[(y * Width) + x] = value;
    }

    /// <summary>A copy of a part.</summary>
    public GrayImage Crop(Box box)
    {
        var pixels = new float[box.Area];
        for (int y = 0; y < box.Height; y++)
        {
            Pixels.AsSpan(((box.Y + y) * Width) + box.X, box.Width).CopyTo(pixels.AsSpan(y * box.Width));
        }

        return new GrayImage(box.Width, box.Height, pixels);
    }

    /// <summary>Rows as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public GrayImage Transposed()
    {
        var pixels = new float[Pixels.Length];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                pixels[(x * Height) + y] = Pixels[(y * Width) + x];
            }
        }

        return new GrayImage(Height, Width, pixels);
    }

    /// <summary>The picture in another size, by area averages: <see cref="AreaAverage"/>.</summary>
    public GrayImage Resized(int width, int height) => AreaAverage.Resize(this, width, height);

    /// <summary>The pixels rounded to bytes, for a network or a file; what is below 0 or above 255 is cut off.</summary>
    public byte[] ToBytes()
    {
        // From 2^23 on floats are whole numbers: the sum rounds to the nearest, of two to the even one, and has the result in its low bits.
        const float WholeNumbers = 8388608;
        var bytes = new byte[Pixels.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            float value = Pixels[i];
            value = value > 0 ? value : 0;
            bytes[i] = (byte)BitConverter.SingleToInt32Bits((value < 255 ? value : 255) + WholeNumbers);
        }

        return bytes;
    }
}
