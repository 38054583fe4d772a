using System.Runtime.CompilerServices;

namespace NeuralCore.Course;

/// <summary>What a core can do at most: multiply-adds on registers alone, and reading memory in order. Chapter 6 explains both.</summary>
public static unsafe class Machine
{
    /// <summary>The floating-point operations of one call of <see cref="MultiplyAdds"/>, two for each multiply-add.</summary>
    public static double Flops<TLanes, TVec>(int rounds)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged => 2.0 * 12 * TLanes.Width * rounds;

    /// <summary>Twelve independent sums: while one waits for its last addition, the others keep the multipliers busy.</summary>
    /// <param name="rounds">How often each of the sums is added to.</param>
    /// <returns>A number that depends on all sums, so that none is left out.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float MultiplyAdds<TLanes, TVec>(int rounds)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec x = TLanes.Create(1.0001f), y = TLanes.Create(0.9999f), s0 = TLanes.Create(0);
        TVec s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
        for (int round = 0; round < rounds; round++)
        {
            s0 = TLanes.MultiplyAdd(x, y, s0);
            s1 = TLanes.MultiplyAdd(x, y, s1);
            s2 = TLanes.MultiplyAdd(x, y, s2);
            s3 = TLanes.MultiplyAdd(x, y, s3);
            s4 = TLanes.MultiplyAdd(x, y, s4);
            s5 = TLanes.MultiplyAdd(x, y, s5);
            s6 = TLanes.MultiplyAdd(x, y, s6);
            s7 = TLanes.MultiplyAdd(x, y, s7);
            s8 = TLanes.MultiplyAdd(x, y, s8);
            s9 = TLanes.MultiplyAdd(x, y, s9);
            s10 = TLanes.MultiplyAdd(x, y, s10);
            s11 = TLanes.MultiplyAdd(x, y, s11);
        }

        float* sink = stackalloc float[TLanes.Width];
        TVec first = TLanes.Add(TLanes.Add(TLanes.Add(s0, s1), TLanes.Add(s2, s3)), TLanes.Add(s4, s5));
        TVec second = TLanes.Add(TLanes.Add(TLanes.Add(s6, s7), TLanes.Add(s8, s9)), TLanes.Add(s10, s11));
        TLanes.Store(sink, TLanes.Add(first, second));
        return sink[0];
    }

    /// <summary>Adds up floats in the order in which they lie in memory, 4 bytes each.</summary>
    /// <param name="values">The floats.</param>
    /// <param name="count">Their number, a multiple of four vectors; this is not checked.</param>
    /// <returns>A number that depends on all of them, so that none is left out.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float ReadAll<TLanes, TVec>(float* values, nint count)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0;
        int w = TLanes.Width;
        for (nint i = 0; i < count; i += 4 * w)
        {
            s0 = TLanes.Add(s0, TLanes.Load(values + i));
            s1 = TLanes.Add(s1, TLanes.Load(values + i + w));
            s2 = TLanes.Add(s2, TLanes.Load(values + i + (2 * w)));
            s3 = TLanes.Add(s3, TLanes.Load(values + i + (3 * w)));
        }

        float* sink = stackalloc float[w];
        TLanes.Store(sink, TLanes.Add(TLanes.Add(s0, s1), TLanes.Add(s2, s3)));
        return sink[0];
    }
}
