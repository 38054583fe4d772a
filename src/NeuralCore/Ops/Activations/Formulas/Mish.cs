using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = x t with t = tanh(ln(1 + exp(x))), and dy/dx = t + x (1 - t^2) / (1 + exp(-x)) (Misra 2019). With e = exp(x) it is t = n / (n + 2) and
/// n = e (e + 2).
/// </summary>
internal readonly struct MishFormula : IActivationFormula
{
    public static string Name => "Mish";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x * T.Tanh(SoftplusOf(x));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T t = T.Tanh(SoftplusOf(x));
        return t + (x * (T.One - (t * t)) / (T.One + T.Exp(-x)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Multiply(x, TanhOfSoftplus<TSimd, TVec>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec t = TanhOfSoftplus<TSimd, TVec>(x), rest = TSimd.Subtract(TSimd.Create(1), TSimd.Multiply(t, t));
        return TSimd.MultiplyAdd(TSimd.Multiply(x, rest), Exponentials.Sigmoid<TSimd, TVec>(x), t);
    }

    private static T SoftplusOf<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Max(x, T.Zero) + T.Log(T.One + T.Exp(-T.Abs(x)));

    /// <summary>Beyond 20 it is 1 to single precision, and n would overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec TanhOfSoftplus<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec two = TSimd.Create(2), most = TSimd.Create(20), e = Exponentials.Exp<TSimd, TVec>(TSimd.Select(TSimd.Less(most, x), most, x));
        TVec n = TSimd.Multiply(e, TSimd.Add(e, two));
        return TSimd.Divide(n, TSimd.Add(n, two));
    }
}
