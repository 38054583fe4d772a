using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>The last elements of a row that fill no vector: they are computed in a full one, so that they are rounded like all others.</summary>
internal static unsafe class Tail
{
    /// <summary>Room for the widest vector.</summary>
    private const int Room = 16;

    /// <summary>Writes a vector's first lanes.</summary>
    public static void Store<TSimd, TVec>(float* destination, int lanes, TVec value)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* buffer = stackalloc float[Room];
        TSimd.Store(buffer, value);
        new ReadOnlySpan<float>(buffer, lanes).CopyTo(new Span<float>(destination, lanes));
    }

    /// <summary>Writes a vector, or as many of its first lanes as there are elements left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo<TSimd, TVec>(float* destination, int left, TVec value)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (left >= TSimd.Width)
        {
            TSimd.Store(destination, value);
        }
        else
        {
            Store<TSimd, TVec>(destination, left, value);
        }
    }
}
