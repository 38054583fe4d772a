using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;

namespace NeuralCore.Ops;

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
    /// The filters of each pixel: bit o of <c>masks[((p * poolCount) + k) * blocks + b]</c> is set where the gradient of window
    /// <c>p</c> and filter <c>b * 64 + o</c> is not zero and pixel k won it.
    /// </summary>
    /// <param name="gradient">Windows x filters.</param>
    /// <param name="winners">Of the same shape.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="poolCount">The pixels of a window.</param>
    /// <param name="masks">Receives windows x poolCount x blocks of 64 filters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FiltersOfPixels(float* gradient, byte* winners, int windows, int filters, int poolCount, ulong* masks)
    {
        int blocks = Blocking.Chunks(filters, BlockFilters);
        for (int p = 0; p < windows; p++, gradient += filters, winners += filters, masks += poolCount * blocks)
        {
            for (int b = 0; b < blocks; b++)
            {
                int first = b * BlockFilters;
                ulong alive = SparseList.NonZeros(gradient + first, filters - first);
                Vector512<byte> winner = Vector512.Load(winners + first);
                for (int k = 0; k < poolCount; k++)
                {
                    masks[(k * blocks) + b] = alive & Vector512.Equals(winner, Vector512.Create((byte)k)).ExtractMostSignificantBits();
                }
            }
        }
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
