using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// A sum, lane by lane, as exact as if it had been computed with twice the digits and rounded once: the rounding error of each addition is itself a
/// number, which is summed beside. Knuth's TwoSum, "The Art of Computer Programming" 2, section 4.2.2, theorem B; Ogita, Rump and Oishi, "Accurate
/// Sum and Dot Product" (2005), algorithm 4.4.
/// </summary>
internal struct CompensatedSum<TSimd, TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private TVec _sum;
    private TVec _error;

    /// <summary>Zero.</summary>
    public static CompensatedSum<TSimd, TVec> Zero => new() { _sum = TSimd.Zero, _error = TSimd.Zero };

    /// <summary>The sum; where it is infinite or no number, that.</summary>
    public readonly TVec Value =>
        TSimd.Select(TSimd.Less(TSimd.Abs(_sum), TSimd.Create(float.PositiveInfinity)), TSimd.Add(_sum, _error), _sum);

    /// <summary>Adds a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TVec value)
    {
        TVec sum = TSimd.Add(_sum, value), added = TSimd.Subtract(sum, _sum);
        _error = TSimd.Add(_error, TSimd.Add(TSimd.Subtract(_sum, TSimd.Subtract(sum, added)), TSimd.Subtract(value, added)));
        _sum = sum;
    }

    /// <summary>Adds a sum, and what was rounded off it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in CompensatedSum<TSimd, TVec> other)
    {
        Add(other._sum);
        _error = TSimd.Add(_error, other._error);
    }

    /// <summary>Writes both parts, for <see cref="Load"/>.</summary>
    public readonly unsafe void Store(float* sums, float* errors)
    {
        TSimd.Store(sums, _sum);
        TSimd.Store(errors, _error);
    }

    /// <summary>A sum that was stored.</summary>
    public static unsafe CompensatedSum<TSimd, TVec> Load(float* sums, float* errors) => new() { _sum = TSimd.Load(sums), _error = TSimd.Load(errors) };
}
