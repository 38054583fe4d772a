using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = ln(1 + exp(x)), computed as max(x, 0) + ln(1 + exp(-|x|)); dy/dx = 1 / (1 + exp(-x)) = 1 - exp(-y)
/// (Dugas et al. 2001).
/// </summary>
internal readonly struct SoftplusFormula : IActivationFormula
{
    public static string Name => "Softplus";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Max(x, T.Zero) + T.Log(T.One + T.Exp(-T.Abs(x)));

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => T.One - T.Exp(-y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec positive = TSimd.ZeroWhereNotPositive(x, x);
        return TSimd.Add(positive, Exponentials.LogOfOnePlus<TSimd, TVec>(Exponentials.Exp<TSimd, TVec>(TSimd.Subtract(TSimd.Zero, TSimd.Abs(x)))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Subtract(TSimd.Zero, Exponentials.ExpMinusOne<TSimd, TVec>(TSimd.Subtract(TSimd.Zero, y)));
}
