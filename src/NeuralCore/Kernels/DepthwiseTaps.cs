using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// A row of pixels, each the sum over some taps of a vector of channels times the tap's weights, one a channel. Pixels, taps and weights lie at
/// regular distances, in floats.
/// <code>
/// Y[pixel] = sum over row, column of  X[pixel + row + column] * W[row + column]        channel by channel
/// </code>
/// </summary>
internal unsafe struct TapOperands
{
    /// <summary>The source of pixel 0 under the first tap.</summary>
    public float* X;

    /// <summary>From the source of a pixel to that of the next.</summary>
    public nint XPixel;

    public nint XRow;

    public nint XColumn;

    /// <summary>The weights of the first tap.</summary>
    public float* W;

    public nint WRow;

    public nint WColumn;

    /// <summary>Pixel 0.</summary>
    public float* Y;

    public nint YPixel;

    /// <summary>The taps: rows and columns of them.</summary>
    public int Rows;

    public int Columns;
}

/// <summary>
/// The kernels of a depthwise convolution, vectors along the channels. Forward, and backward to the input, four pixels share the weights that
/// are loaded for a tap; backward to the weights, up to four taps of a row share the gradients that are loaded for a pixel. So a multiply-add
/// takes 1.25 loads instead of two. Each sum goes in one order, whatever the vectors.
/// </summary>
internal static unsafe class DepthwiseTaps
{
    private const int Together = 4;

    /// <summary>Computes a row of pixels: <c>Y = epilogue(sum of X W)</c>.</summary>
    /// <param name="operands">What is read and written.</param>
    /// <param name="pixels">The pixels.</param>
    /// <param name="channels">The channels of each.</param>
    /// <param name="epilogue">What is done to each sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<TSimd, TVec, TEpilogue>(TapOperands operands, int pixels, int channels, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        for (; pixels >= Together; pixels -= Together, operands.X += Together * operands.XPixel, operands.Y += Together * operands.YPixel)
        {
            FourPixels<TSimd, TVec, TEpilogue>(operands, channels, epilogue);
        }

        for (; pixels > 0; pixels--, operands.X += operands.XPixel, operands.Y += operands.YPixel)
        {
            OnePixel<TSimd, TVec, TEpilogue>(operands, channels, epilogue);
        }
    }

    /// <summary>Adds what a row of pixels gives to the weights' gradients: <c>W += sum over the pixels of X Y</c>, where Y are gradients.</summary>
    /// <param name="operands">X and Y are read, W is added to.</param>
    /// <param name="pixels">The pixels.</param>
    /// <param name="channels">The channels of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts<TSimd, TVec>(TapOperands operands, int pixels, int channels)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (int row = 0; row < operands.Rows; row++, operands.X += operands.XRow, operands.W += operands.WRow)
        {
            TapOperands taps = operands;
            for (; taps.Columns >= Together; taps.Columns -= Together, taps.X += Together * taps.XColumn, taps.W += Together * taps.WColumn)
            {
                AddFourTaps<TSimd, TVec>(taps, pixels, channels);
            }

            switch (taps.Columns)
            {
                case 3: AddThreeTaps<TSimd, TVec>(taps, pixels, channels); break;
                case 2: AddTwoTaps<TSimd, TVec>(taps, pixels, channels); break;
                case 1: AddOneTap<TSimd, TVec>(taps, pixels, channels); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPixels<TSimd, TVec, TEpilogue>(in TapOperands operands, int channels, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        nint x1 = operands.XPixel, x2 = 2 * x1, x3 = 3 * x1, xColumn = operands.XColumn, wColumn = operands.WColumn, y1 = operands.YPixel;
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            TVec sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
            float* xRow = operands.X + c, wRow = operands.W + c;
            for (int row = operands.Rows; row > 0; row--, xRow += operands.XRow, wRow += operands.WRow)
            {
                float* x = xRow, w = wRow;
                for (int column = operands.Columns; column > 0; column--, x += xColumn, w += wColumn)
                {
                    TVec weights = TSimd.Load(w);
                    sum0 = TSimd.MultiplyAdd(TSimd.Load(x), weights, sum0);
                    sum1 = TSimd.MultiplyAdd(TSimd.Load(x + x1), weights, sum1);
                    sum2 = TSimd.MultiplyAdd(TSimd.Load(x + x2), weights, sum2);
                    sum3 = TSimd.MultiplyAdd(TSimd.Load(x + x3), weights, sum3);
                }
            }

            float* y = operands.Y + c;
            int count = channels - c;
            Tail.StoreUpTo<TSimd, TVec>(y, count, epilogue.Apply<TSimd, TVec>(sum0, c));
            Tail.StoreUpTo<TSimd, TVec>(y + y1, count, epilogue.Apply<TSimd, TVec>(sum1, c));
            Tail.StoreUpTo<TSimd, TVec>(y + (2 * y1), count, epilogue.Apply<TSimd, TVec>(sum2, c));
            Tail.StoreUpTo<TSimd, TVec>(y + (3 * y1), count, epilogue.Apply<TSimd, TVec>(sum3, c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnePixel<TSimd, TVec, TEpilogue>(in TapOperands operands, int channels, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            TVec sum = TSimd.Zero;
            float* xRow = operands.X + c, wRow = operands.W + c;
            for (int row = operands.Rows; row > 0; row--, xRow += operands.XRow, wRow += operands.WRow)
            {
                float* x = xRow, w = wRow;
                for (int column = operands.Columns; column > 0; column--, x += operands.XColumn, w += operands.WColumn)
                {
                    sum = TSimd.MultiplyAdd(TSimd.Load(x), TSimd.Load(w), sum);
                }
            }

            Tail.StoreUpTo<TSimd, TVec>(operands.Y + c, channels - c, epilogue.Apply<TSimd, TVec>(sum, c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFourTaps<TSimd, TVec>(in TapOperands operands, int pixels, int channels)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint x1 = operands.XColumn, x2 = 2 * x1, x3 = 3 * x1, w1 = operands.WColumn, xPixel = operands.XPixel, yPixel = operands.YPixel;
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            float* w = operands.W + c, x = operands.X + c, y = operands.Y + c;
            TVec sum0 = TSimd.Load(w), sum1 = TSimd.Load(w + w1), sum2 = TSimd.Load(w + (2 * w1)), sum3 = TSimd.Load(w + (3 * w1));
            for (int pixel = pixels; pixel > 0; pixel--, x += xPixel, y += yPixel)
            {
                TVec gradient = TSimd.Load(y);
                sum0 = TSimd.MultiplyAdd(TSimd.Load(x), gradient, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Load(x + x1), gradient, sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Load(x + x2), gradient, sum2);
                sum3 = TSimd.MultiplyAdd(TSimd.Load(x + x3), gradient, sum3);
            }

            int count = channels - c;
            Tail.StoreUpTo<TSimd, TVec>(w, count, sum0);
            Tail.StoreUpTo<TSimd, TVec>(w + w1, count, sum1);
            Tail.StoreUpTo<TSimd, TVec>(w + (2 * w1), count, sum2);
            Tail.StoreUpTo<TSimd, TVec>(w + (3 * w1), count, sum3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddThreeTaps<TSimd, TVec>(in TapOperands operands, int pixels, int channels)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint x1 = operands.XColumn, x2 = 2 * x1, w1 = operands.WColumn, xPixel = operands.XPixel, yPixel = operands.YPixel;
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            float* w = operands.W + c, x = operands.X + c, y = operands.Y + c;
            TVec sum0 = TSimd.Load(w), sum1 = TSimd.Load(w + w1), sum2 = TSimd.Load(w + (2 * w1));
            for (int pixel = pixels; pixel > 0; pixel--, x += xPixel, y += yPixel)
            {
                TVec gradient = TSimd.Load(y);
                sum0 = TSimd.MultiplyAdd(TSimd.Load(x), gradient, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Load(x + x1), gradient, sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Load(x + x2), gradient, sum2);
            }

            int count = channels - c;
            Tail.StoreUpTo<TSimd, TVec>(w, count, sum0);
            Tail.StoreUpTo<TSimd, TVec>(w + w1, count, sum1);
            Tail.StoreUpTo<TSimd, TVec>(w + (2 * w1), count, sum2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTwoTaps<TSimd, TVec>(in TapOperands operands, int pixels, int channels)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        nint x1 = operands.XColumn, w1 = operands.WColumn, xPixel = operands.XPixel, yPixel = operands.YPixel;
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            float* w = operands.W + c, x = operands.X + c, y = operands.Y + c;
            TVec sum0 = TSimd.Load(w), sum1 = TSimd.Load(w + w1);
            for (int pixel = pixels; pixel > 0; pixel--, x += xPixel, y += yPixel)
            {
                TVec gradient = TSimd.Load(y);
                sum0 = TSimd.MultiplyAdd(TSimd.Load(x), gradient, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Load(x + x1), gradient, sum1);
            }

            int count = channels - c;
            Tail.StoreUpTo<TSimd, TVec>(w, count, sum0);
            Tail.StoreUpTo<TSimd, TVec>(w + w1, count, sum1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOneTap<TSimd, TVec>(in TapOperands operands, int pixels, int channels)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        for (int c = 0; c < channels; c += TSimd.Width)
        {
            float* w = operands.W + c, x = operands.X + c, y = operands.Y + c;
            TVec sum = TSimd.Load(w);
            for (int pixel = pixels; pixel > 0; pixel--, x += operands.XPixel, y += operands.YPixel)
            {
                sum = TSimd.MultiplyAdd(TSimd.Load(x), TSimd.Load(y), sum);
            }

            Tail.StoreUpTo<TSimd, TVec>(w, channels - c, sum);
        }
    }
}
