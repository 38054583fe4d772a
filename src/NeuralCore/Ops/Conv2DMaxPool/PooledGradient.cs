using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>
/// The gradient of one image behind a max-pooling, read as the sparse matrix it is: one row a pixel of the convolution's output,
/// one column a filter. Of each window and filter only the winner carries a gradient, and where a ReLU was dead or a dropout
/// dropped not even that, so of 24x24x64 elements behind the seed network's pooling about one in nine is not zero.
/// </summary>
internal static unsafe class PooledGradient
{
    /// <summary>
    /// Lists the elements by pixel (compressed sparse rows): pixel <c>k</c> of window <c>p</c> has the entries from
    /// <c>starts[p * poolCount + k]</c> up to the next start, filters ascending, whose rows are <c>filter * rowStride</c>.
    /// </summary>
    /// <param name="dOutput">One image, windows x filters.</param>
    /// <param name="reluOutput">Of the same shape where there is a ReLU: where it is 0, so is the gradient. Null where there is none.</param>
    /// <param name="scale">What every element is multiplied with.</param>
    /// <param name="winners">Of the same shape.</param>
    /// <param name="windows">The windows to list.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="poolCount">The pixels of a window.</param>
    /// <param name="rowStride">Floats from the row of one filter to the next.</param>
    /// <param name="starts">Receives windows * poolCount + 1 indices.</param>
    /// <param name="entries">Receives the entries, at most windows * filters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ByPixel(
        float* dOutput, float* reluOutput, float scale, byte* winners, int windows, int filters, int poolCount, int rowStride, int* starts, SparseEntry* entries)
    {
        int count = 0;
        int step = reluOutput == null ? 0 : filters;
        for (int p = 0; p < windows; p++, dOutput += filters, winners += filters, reluOutput += step)
        {
            for (int k = 0; k < poolCount; k++)
            {
                *starts++ = count;
                for (int block = 0; block < filters; block += 64)
                {
                    ulong mask = Alive(dOutput, reluOutput, block, filters) & Equal(winners + block, (byte)k);
                    for (; mask != 0; mask &= mask - 1)
                    {
                        int filter = block + BitOperations.TrailingZeroCount(mask);
                        entries[count++] = new SparseEntry(filter * rowStride, scale * dOutput[filter]);
                    }
                }
            }
        }

        *starts = count;
    }

    /// <summary>
    /// Lists the elements by filter (compressed sparse columns): filter <c>o</c> has <c>counts[o]</c> entries from
    /// <c>entries[o * windows]</c> on, windows ascending, whose rows are the offsets of their pixels.
    /// </summary>
    /// <param name="dOutput">Windows x filters.</param>
    /// <param name="reluOutput">Of the same shape where there is a ReLU: where it is 0, so is the gradient. Null where there is none.</param>
    /// <param name="scale">What every element is multiplied with.</param>
    /// <param name="winners">Of the same shape.</param>
    /// <param name="windows">The windows to list.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="poolCount">The pixels of a window.</param>
    /// <param name="offsets">Of each pixel of each window, where it begins: windows x poolCount.</param>
    /// <param name="counts">Receives the number of entries of each filter.</param>
    /// <param name="entries">Receives the entries, room for <paramref name="windows"/> a filter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ByFilter(
        float* dOutput, float* reluOutput, float scale, byte* winners, int windows, int filters, int poolCount, int* offsets, int* counts, SparseEntry* entries)
    {
        int step = reluOutput == null ? 0 : filters;
        new Span<int>(counts, filters).Clear();
        for (int p = 0; p < windows; p++, dOutput += filters, winners += filters, offsets += poolCount, reluOutput += step)
        {
            for (int block = 0; block < filters; block += 64)
            {
                ulong mask = Alive(dOutput, reluOutput, block, filters);
                for (; mask != 0; mask &= mask - 1)
                {
                    int filter = block + BitOperations.TrailingZeroCount(mask);
                    entries[(filter * windows) + counts[filter]++] = new SparseEntry(offsets[winners[filter]], scale * dOutput[filter]);
                }
            }
        }
    }

    /// <summary>Bit i is set where the gradient of filter <c>block + i</c> is not zero, and its ReLU, if there is one, not dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Alive(float* dOutput, float* reluOutput, int block, int filters)
    {
        ulong alive = SparseList.NonZeros(dOutput + block, filters - block);
        return reluOutput == null ? alive : alive & SparseList.Positives(reluOutput + block, filters - block);
    }

    /// <summary>Bit i is set where byte i of the next 64 is <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(byte* values, byte value) =>
        Vector512.Equals(Vector512.Load(values), Vector512.Create(value)).ExtractMostSignificantBits();
}
