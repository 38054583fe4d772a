using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// What happens to a finished sum on its way from register to memory. A type parameter, so that fusing a bias or a ReLU into a
/// kernel copies no kernel and costs no branch.
/// </summary>
internal interface IEpilogue
{
    /// <summary>Turns the sums of one vector of columns into what is stored. Of two sums of a column the greater never gives the smaller value.</summary>
    /// <param name="value">The sums.</param>
    /// <param name="column">The first of their columns, counted from the beginning of the row.</param>
    TVec Apply<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged;

    /// <summary>The same where all lanes are sums of one column.</summary>
    TVec ApplyToColumn<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged;
}

/// <summary>The sum itself.</summary>
internal readonly struct Plain : IEpilogue
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Apply<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec ApplyToColumn<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => value;
}

/// <summary>The sum and a bias, one a column.</summary>
internal readonly unsafe struct AddBias(float* bias) : IEpilogue
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Apply<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Add(value, TSimd.Load(bias + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec ApplyToColumn<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Add(value, TSimd.Create(bias[column]));
}

/// <summary>The sum and a bias, and a ReLU of both.</summary>
internal readonly unsafe struct AddBiasRelu(float* bias) : IEpilogue
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Apply<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec sum = TSimd.Add(value, TSimd.Load(bias + column));
        return TSimd.ZeroWhereNotPositive(sum, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec ApplyToColumn<TSimd, TVec>(TVec value, nint column)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec sum = TSimd.Add(value, TSimd.Create(bias[column]));
        return TSimd.ZeroWhereNotPositive(sum, sum);
    }
}
