using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The logarithm of the sigmoid: y = -ln(1 + exp(-x)), computed as min(x, 0) - ln(1 + exp(-|x|)); dy/dx = 1 / (1 + exp(x)) = 1 - exp(y).
/// </summary>
internal readonly struct LogSigmoidFormula : IActivationFormula
{
    public static string Name => "Log-sigmoid";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Min(x, T.Zero) - T.Log(T.One + T.Exp(-T.Abs(x)));

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => T.One - T.Exp(y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec negative = TSimd.Subtract(x, TSimd.ZeroWhereNotPositive(x, x));
        return TSimd.Subtract(negative, Exponentials.LogOfOnePlus<TSimd, TVec>(Exponentials.Exp<TSimd, TVec>(TSimd.Subtract(TSimd.Zero, TSimd.Abs(x)))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Subtract(TSimd.Zero, Exponentials.ExpMinusOne<TSimd, TVec>(y));
}
