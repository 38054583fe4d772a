using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>The gradients of up to 64 filters at one pixel of a convolution's output.</summary>
/// <param name="Filters">Bit o is set where the o-th of these filters has one that is not zero.</param>
/// <param name="First">Where the first filter's gradient lies, in floats from that of the first window.</param>
/// <param name="Patch">Where the patch begins that the pixel sees, in floats from the beginning of the padded input.</param>
internal readonly record struct PixelGradient(ulong Filters, int First, int Patch);

/// <summary>
/// The gradient of one image behind a max-pooling, read as the sparse matrix it is: one row a pixel of the convolution's output,
/// one column a filter. Of each window and filter only the winner carries a gradient, and where a ReLU was dead or a dropout
/// dropped not even that, so of 24x24x64 elements behind the seed network's pooling about one in nine is not zero. A bit
/// says of each whether it is: a list of them would cost more than adding them up.
/// </summary>
internal static unsafe class PooledGradient
{
    /// <summary>The columns that a word of bits says something about.</summary>
    public const int BlockFilters = BitMatrix.Size;

    /// <summary>
    /// Lists the pixels at which the filters that are asked for have a gradient, window by window. Three in ten have none: where nothing was drawn
    /// all pixels of a window are equal, and the first wins for every filter.
    /// </summary>
    /// <param name="gradient">The first window's gradient of the first filter that is asked for.</param>
    /// <param name="winners">The first window's winner for it.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="filters">Floats from one window to the next.</param>
    /// <param name="count">The filters that are asked for; of more than 64 only the first are looked at.</param>
    /// <param name="poolCount">The pixels of a window.</param>
    /// <param name="patches">Where the patch of each pixel begins, windows x poolCount.</param>
    /// <param name="pixels">Receives the pixels; room for windows x poolCount.</param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Pixels(
        float* gradient, byte* winners, int windows, int filters, int count, int poolCount, int* patches, PixelGradient* pixels)
    {
        int listed = 0;
        for (int first = 0; first < windows * filters; first += filters, patches += poolCount)
        {
            ulong alive = SparseList.NonZeros(gradient + first, count);
            Vector512<byte> winner = Vector512.Load(winners + first);
            for (int k = 0; k < poolCount; k++)
            {
                // Written either way, and kept if it counts: no branch that cannot be foretold.
                ulong won = alive & Vector512.Equals(winner, Vector512.Create((byte)k)).ExtractMostSignificantBits();
                pixels[listed] = new PixelGradient(won, first, patches[k]);
                listed += won != 0 ? 1 : 0;
            }
        }

        return listed;
    }

    /// <summary>
    /// The windows of each filter: bit p of <c>masks[o]</c> is set where the gradient of window p and of the o-th filter that is asked for
    /// is not zero.
    /// </summary>
    /// <param name="gradient">The first window's gradient of the first filter that is asked for.</param>
    /// <param name="windows">The windows, at most 64.</param>
    /// <param name="filters">Floats from one window to the next.</param>
    /// <param name="count">The filters that are asked for; of more than 64 only the first are looked at.</param>
    /// <param name="masks">Receives 64 words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WindowsOfFilters(float* gradient, int windows, int filters, int count, ulong* masks)
    {
        new Span<ulong>(masks, BitMatrix.Size).Clear();
        for (int p = 0; p < windows; p++)
        {
            masks[p] = SparseList.NonZeros(gradient + ((nint)p * filters), count);
        }

        BitMatrix.Transpose(masks);
    }
}
