using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralCore.Vision.Pixels;

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
        var columns = new ushort[Width + 2];
        for (int y = 0; y < Height; y++)
        {
            // At the upper and the lower edge a row is not counted twice.
            int rows = Math.Min(y + 1, Height - 1) - Math.Max(y - 1, 0) + 1;
            Span<ushort> sums = columns.AsSpan(1, Width);
            sums.Clear();
            for (int row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, Height - 1); row++)
            {
                AddTo(sums, Row(row));
            }

            Span<byte> target = smooth.AsSpan(y * Width, Width);
            if (rows == 3)
            {
                MeanOfNine(columns, target);
            }
            else
            {
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = (byte)((columns[x] + columns[x + 1] + columns[x + 2] + (3 * rows / 2)) / (3 * rows));
                }
            }

            int edge = Math.Min(Width, 2) * rows;
            target[0] = (byte)((columns[1] + columns[2] + (edge / 2)) / edge);
            target[^1] = (byte)((columns[Width - 1] + columns[Width] + (edge / 2)) / edge);
        }

        return new BytePlane(Width, Height, smooth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo(Span<ushort> sums, ReadOnlySpan<byte> row)
    {
        ref ushort sum = ref MemoryMarshal.GetReference(sums);
        ref byte value = ref MemoryMarshal.GetReference(row);
        int x = 0;
        for (; x + Vector<byte>.Count <= row.Length; x += Vector<byte>.Count)
        {
            Vector<byte> values = Vector.LoadUnsafe(ref value, (nuint)x);
            nuint left = (nuint)x, right = (nuint)(x + Vector<ushort>.Count);
            (Vector.WidenLower(values) + Vector.LoadUnsafe(ref sum, left)).StoreUnsafe(ref sum, left);
            (Vector.WidenUpper(values) + Vector.LoadUnsafe(ref sum, right)).StoreUnsafe(ref sum, right);
        }

        for (; x < row.Length; x++)
        {
            sums[x] += row[x];
        }
    }

    /// <summary>The rounded means of each column with its neighbours, given the sums of three values in each column; sums[0] is left of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MeanOfNine(ReadOnlySpan<ushort> sums, Span<byte> means)
    {
        const int Half = 4;
        ref ushort sum = ref MemoryMarshal.GetReference(sums);
        ref byte mean = ref MemoryMarshal.GetReference(means);
        int x = 0;
        for (; x + Vector<byte>.Count <= means.Length; x += Vector<byte>.Count)
        {
            Vector.Narrow(Mean(ref sum, (nuint)x), Mean(ref sum, (nuint)(x + Vector<ushort>.Count))).StoreUnsafe(ref mean, (nuint)x);
        }

        for (; x < means.Length; x++)
        {
            means[x] = (byte)((sums[x] + sums[x + 1] + sums[x + 2] + Half) / 9);
        }

        // n / 9 in 16 bits, for n up to 9 * 255 + 4: n * 28 / 256 is at most 4 too small, and r * 57 / 512 is r / 9 for the rest, which is below 46.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector<ushort> Mean(ref ushort sum, nuint at)
        {
            Vector<ushort> n = Vector.LoadUnsafe(ref sum, at) + Vector.LoadUnsafe(ref sum, at + 1) + Vector.LoadUnsafe(ref sum, at + 2) + new Vector<ushort>(Half);
            Vector<ushort> most = (n * new Vector<ushort>(28)) >>> 8, rest = n - (most * new Vector<ushort>(9));
            return most + ((rest * new Vector<ushort>(57)) >>> 9);
        }
    }

    /// <summary>The plane in another size, by area averages, rounded: <see cref="AreaAverage"/>.</summary>
    public BytePlane Resized(int width, int height) => width == Width && height == Height ? this : new BytePlane(width, height, ToGray().Resized(width, height).ToBytes());

    /// <summary>The plane as numbers from 0 to 255.</summary>
    public GrayImage ToGray()
    {
        var values = new float[Pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Pixels[i];
        }

        return new GrayImage(Width, Height, values);
    }
}
