using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>A 2x2 max-pooling of vectors in registers: the first maximum wins, and NaN is larger than everything.</summary>
internal static unsafe class LargestOfFour
{
    /// <summary>The largest of four values, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec a, TVec b, TVec c, TVec d)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec upper = TSimd.Select(TSimd.Exceeds(b, a), b, a);
        TVec lower = TSimd.Select(TSimd.Exceeds(d, c), d, c);
        return TSimd.Select(TSimd.Exceeds(lower, upper), lower, upper);
    }

    /// <summary>Stores the largest of four values, lane by lane, and which of them it was.</summary>
    /// <param name="a">Number 0.</param>
    /// <param name="b">Number 1.</param>
    /// <param name="c">Number 2.</param>
    /// <param name="d">Number 3.</param>
    /// <param name="largest">Receives a vector.</param>
    /// <param name="winners">Receives a byte a lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TSimd, TVec>(TVec a, TVec b, TVec c, TVec d, float* largest, byte* winners)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec wins = TSimd.Exceeds(b, a);
        TVec best = TSimd.Select(wins, b, a);
        TVec index = TSimd.Select(wins, TSimd.Create(1), TSimd.Zero);
        wins = TSimd.Exceeds(c, best);
        best = TSimd.Select(wins, c, best);
        index = TSimd.Select(wins, TSimd.Create(2), index);
        wins = TSimd.Exceeds(d, best);
        TSimd.Store(largest, TSimd.Select(wins, d, best));
        TSimd.StoreBytes(winners, TSimd.Select(wins, TSimd.Create(3), index));
    }
}
