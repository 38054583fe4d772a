using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NeuralCore.Vision.Pixels;

/// <summary>A picture of yes and no: which pixels are ink.</summary>
public sealed class Mask
{
    /// <summary>For each number of four bits those bits as the bytes of four pixels, the lowest first.</summary>
    private static readonly uint[] FourMarks = [.. Enumerable.Range(0, 16).Select(bits => BitConverter.ToUInt32([(byte)(bits & 1), (byte)((bits >> 1) & 1), (byte)((bits >> 2) & 1), (byte)(bits >> 3)]))];

    /// <summary>Takes pixels over, without copying them.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Rows from the top, pixels from the left; true is ink.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the columns times the rows.</exception>
    public Mask(int width, int height, bool[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height)
        {
            throw new ArgumentException($"A picture of {width}x{height} pixels does not have {pixels.Length}: give one value for each pixel.");
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
    public int Count => Pixels.AsSpan().Count(true);

    /// <summary>A pixel.</summary>
    public bool this[int x, int y]
    {
        get => Pixels[(y * Width) + x];
        set => Pixels[(y * Width) + x] = value;
    }

    /// <summary>The pixels of a picture that are above a threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Mask Above(GrayImage image, float threshold)
    {
        var pixels = new bool[image.Pixels.Length];
        float[] values = image.Pixels;
        ref float value = ref MemoryMarshal.GetArrayDataReference(values);
        ref byte mark = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetArrayDataReference(pixels));
        uint[] fourMarks = FourMarks;
        Vector128<float> level = Vector128.Create(threshold);
        int i = 0;
        for (; i + Vector128<float>.Count <= pixels.Length; i += Vector128<float>.Count)
        {
            uint above = Vector128.GreaterThan(Vector128.LoadUnsafe(ref value, (nuint)i), level).ExtractMostSignificantBits();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref mark, i), fourMarks[above]);
        }

        for (; i < pixels.Length; i++)
        {
            pixels[i] = values[i] > threshold;
        }

        return new Mask(image.Width, image.Height, pixels);
    }

    /// <summary>The smallest box around all ink; null if there is none.</summary>
    public Box? Bounds()
    {
        (int left, int top, int right, int bottom) = (Width, Height, 0, 0);
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<bool> row = Pixels.AsSpan(y * Width, Width);
            int first = row.IndexOf(true);
            if (first >= 0)
            {
                (left, right, top, bottom) = (Math.Min(left, first), Math.Max(right, row.LastIndexOf(true) + 1), Math.Min(top, y), y + 1);
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
        var pixels = new bool[Pixels.Length];
        for (int y = 0; y < Height; y++)
        {
            int from = y * Width;
            for (int x = 0; x < Width; x++)
            {
                pixels[(x * Height) + y] = Pixels[from + x];
            }
        }

        return new Mask(Height, Width, pixels);
    }

    /// <summary>The last row first.</summary>
    public Mask FlippedDown()
    {
        var mask = new Mask(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            Pixels.AsSpan(y * Width, Width).CopyTo(mask.Pixels.AsSpan((Height - 1 - y) * Width));
        }

        return mask;
    }

    /// <summary>The mask with a margin of paper added on all four sides.</summary>
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
    public Mask Without(Mask other) => Combined(other, new AndNot());

    /// <summary>The ink of either of two masks of the same size.</summary>
    public Mask With(Mask other) => Combined(other, new Or());

    /// <summary>The ink that two masks of the same size share.</summary>
    public Mask Shared(Mask other) => Combined(other, new And());

    /// <summary>Paper as ink and ink as paper.</summary>
    public Mask Negative() => new Mask(Width, Height, Filled(Pixels.Length)).Without(this);

    /// <summary>The mask as a part of a larger one without other ink.</summary>
    /// <param name="box">Where it comes to lie; as large as it.</param>
    /// <param name="width">Columns of the larger mask.</param>
    /// <param name="height">Rows of the larger mask.</param>
    public Mask Placed(Box box, int width, int height)
    {
        var mask = new Mask(width, height);
        for (int y = 0; y < Height; y++)
        {
            Pixels.AsSpan(y * Width, Width).CopyTo(mask.Pixels.AsSpan(((box.Y + y) * width) + box.X));
        }

        return mask;
    }

    /// <summary>The mask made smaller until its longer side has at most this many pixels: a pixel is ink where a quarter of what it stands for is, or more, so that thin strokes stay whole.</summary>
    public Mask ShrunkTo(int longestSide)
    {
        double scale = (double)longestSide / Math.Max(Width, Height);
        if (scale >= 1)
        {
            return this;
        }

        GrayImage small = ToGray().Resized(Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        Mask mask = Above(small, 63);
        return mask.Count > 0 ? mask : Above(small, 0);
    }

    /// <summary>The mask as a picture: 255 where there is ink, 0 elsewhere.</summary>
    public GrayImage ToGray()
    {
        var values = new float[Pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Pixels[i] ? 255f : 0f;
        }

        return new GrayImage(Width, Height, values);
    }

    private static bool[] Filled(int length)
    {
        var pixels = new bool[length];
        Array.Fill(pixels, true);
        return pixels;
    }

    /// <summary>Combines two masks, a vector of pixels at a time: true and false are the bytes 1 and 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Mask Combined<TRule>(Mask other, TRule rule)
        where TRule : struct, IRule
    {
        var pixels = new bool[Pixels.Length];
        ref byte one = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(Pixels.AsSpan())), another = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(other.Pixels.AsSpan(0, Pixels.Length)));
        ref byte result = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(pixels.AsSpan()));
        int i = 0;
        for (; i + Vector<byte>.Count <= pixels.Length; i += Vector<byte>.Count)
        {
            rule.Apply(Vector.LoadUnsafe(ref one, (nuint)i), Vector.LoadUnsafe(ref another, (nuint)i)).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < pixels.Length; i++)
        {
            Unsafe.Add(ref result, i) = rule.Apply(new Vector<byte>(Unsafe.Add(ref one, i)), new Vector<byte>(Unsafe.Add(ref another, i)))[0];
        }

        return new Mask(Width, Height, pixels);
    }

    private interface IRule
    {
        Vector<byte> Apply(Vector<byte> one, Vector<byte> other);
    }

    private readonly struct And : IRule
    {
        public Vector<byte> Apply(Vector<byte> one, Vector<byte> other) => one & other;
    }

    private readonly struct Or : IRule
    {
        public Vector<byte> Apply(Vector<byte> one, Vector<byte> other) => one | other;
    }

    private readonly struct AndNot : IRule
    {
        public Vector<byte> Apply(Vector<byte> one, Vector<byte> other) => Vector.AndNot(one, other);
    }
}
