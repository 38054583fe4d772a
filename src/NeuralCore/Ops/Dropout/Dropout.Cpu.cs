using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;
using NeuralCore.Randomness;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Dropout in vectors of eight: <see cref="DropoutMask"/> is laid out for them.</summary>
internal static unsafe class DropoutCpu
{
    /// <summary>Elements whose random bits come from the same eight Philox blocks.</summary>
    private const int GroupCount = 64;

    /// <summary>destination = source * keep / (1 - rate).</summary>
    public static void Apply(WorkerPool pool, in DropoutMask mask, int count, float* source, float* destination) =>
        pool.Run(new Job(mask, count, source, destination), Blocking.FlatChunks(count));

    /// <summary>The same in place for part of a tensor, on this thread, where there is a dropout.</summary>
    /// <param name="dropout">The mask of the whole tensor, or null.</param>
    /// <param name="first">The first element.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">The tensor.</param>
    public static void ApplyToPart(in DropoutMask? dropout, int first, int count, float* values)
    {
        if (dropout is { } mask)
        {
            Range(mask, first, first + count, values, values);
        }
    }

    /// <summary>Elements <paramref name="i"/> to <paramref name="end"/>; in whole groups where they are whole, so their first should begin one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Range(in DropoutMask mask, int i, int end, float* source, float* destination)
    {
        Vector256<float> scale = Vector256.Create((float)mask.Scale);
        float* x = stackalloc float[GroupCount];
        float* y = stackalloc float[GroupCount];
        while (i < end)
        {
            (long group, long place) = Math.DivRem(mask.First + i, GroupCount);
            int inGroup = (int)place, count = Math.Min(GroupCount - inGroup, end - i);
            if (count == GroupCount)
            {
                Group(mask, group, scale, source + i, destination + i);
            }
            else
            {
                // Part of a group takes part of its bits.
                new ReadOnlySpan<float>(source + i, count).CopyTo(new Span<float>(x + inGroup, count));
                Group(mask, group, scale, x, y);
                new ReadOnlySpan<float>(y + inGroup, count).CopyTo(new Span<float>(destination + i, count));
            }

            i += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Group(in DropoutMask mask, long group, Vector256<float> scale, float* x, float* y)
    {
        Philox4x32.Blocks8(
            (uint)(group * 8), mask.Step, mask.Layer, (uint)RandomPurpose.Dropout, (uint)mask.Seed, (uint)(mask.Seed >> 32),
            out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3);

        // Bits and threshold are at most 2^16, so the signed comparison, one instruction, is right.
        Vector256<int> dropped = Vector256.Create((int)mask.Threshold - 1);
        Halves(w0, dropped, scale, x, y);
        Halves(w1, dropped, scale, x + 16, y + 16);
        Halves(w2, dropped, scale, x + 32, y + 32);
        Halves(w3, dropped, scale, x + 48, y + 48);
    }

    /// <summary>Eight elements by the lower halves of the words, and eight by the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<uint> words, Vector256<int> dropped, Vector256<float> scale, float* x, float* y)
    {
        Keep(words & Vector256.Create(0xFFFFu), dropped, scale, x, y);
        Keep(words >>> 16, dropped, scale, x + 8, y + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<uint> bits, Vector256<int> dropped, Vector256<float> scale, float* x, float* y)
    {
        Vector256<int> keeps = Vector256.GreaterThan(bits.AsInt32(), dropped);
        ((Vector256.Load(x) * scale).AsInt32() & keeps).AsSingle().Store(y);
    }

    private readonly struct Job(DropoutMask mask, int count, float* source, float* destination) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            int first = chunk * Blocking.FlatChunk;
            Range(mask, first, Math.Min(first + Blocking.FlatChunk, count), source, destination);
        }
    }
}
