using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

/// <summary>A picture of yes and no: which pixels are ink.</summary>
public sealed class Mask
{
    /// <summary>Takes pixels over, without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, pixels from the left; true is ink.</param>
    /// <exception cref="ArgumentException">The pixels are not so many.</exception>
    public Mask(int width, int height, bool[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels are not {pixels.Length}.");
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Makes a mask without ink.</summary>
    public Mask(int width, int height)
        : this(width, height, new bool[width * height])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, pixels from the left; true is ink.</summary>
    public bool[] Pixels { get; }

    /// <summary>Pixels of ink.</summary>
    public int Count => Pixels.Count(ink => ink);

    /// <summary>A pixel.</summary>
    public bool this[int x, int y]
    {
        get => Pixels[(y * Width) + x];
        set => Pixels[(y * Width) + x] = value;
    }

    /// <summary>The pixels of a picture that are above a threshold.</summary>
    public static Mask Above(GrayImage image, float threshold) => new(image.Width, image.Height, Array.ConvertAll(image.Pixels, value => value > threshold));

    /// <summary>The smallest box around all ink; null where there is none.</summary>
    public Box? Bounds()
    {
        (int left, int top, int right, int bottom) = (Width, Height, 0, 0);
        for (int i = 0; i < Pixels.Length; i++)
        {
            if (Pixels[i])
            {
                (int x, int y) = (i % Width, i / Width);
                (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), y + 1);
            }
        }

        return right == 0 ? null : new Box(left, top, right - left, bottom - top);
    }

    /// <summary>A copy of a part.</summary>
    public Mask Crop(Box box)
    {
        var pixels = new bool[box.Area];
        for (int y = 0; y < box.Height; y++)
        {
            Pixels.AsSpan(((box.Y + y) * Width) + box.X, box.Width).CopyTo(pixels.AsSpan(y * box.Width));
        }

        return new Mask(box.Width, box.Height, pixels);
    }

    /// <summary>Rows as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Mask Transposed()
    {
        var mask = new Mask(Height, Width);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                mask[y, x] = this[x, y];
            }
        }

        return mask;
    }

    /// <summary>The mask with so many pixels of paper added on all four sides.</summary>
    public Mask Padded(int margin)
    {
        var mask = new Mask(Width + (2 * margin), Height + (2 * margin));
        for (int y = 0; y < Height; y++)
        {
            Pixels.AsSpan(y * Width, Width).CopyTo(mask.Pixels.AsSpan(((y + margin) * mask.Width) + margin));
        }

        return mask;
    }

    /// <summary>The ink of this mask that is not ink of another of the same size.</summary>
    public Mask Without(Mask other) => new(Width, Height, [.. Pixels.Zip(other.Pixels, (ink, gone) => ink && !gone)]);

    /// <summary>The mask as a picture: 255 where there is ink, 0 elsewhere.</summary>
    public GrayImage ToGray() => new(Width, Height, Array.ConvertAll(Pixels, ink => ink ? 255f : 0f));
}
