using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The sigmoid linear unit, or swish: y = x s with s = 1 / (1 + exp(-x)), and dy/dx = s (1 + x (1 - s)) (Elfwing et al. 2017, equations 5 and 8).
/// </summary>
internal readonly struct SiluFormula : IActivationFormula
{
    public static string Name => "SiLU";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x / (T.One + T.Exp(-x));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T s = T.One / (T.One + T.Exp(-x));
        return s * (T.One + (x * (T.One - s)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Multiply(x, Exponentials.Sigmoid<TSimd, TVec>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec one = TSimd.Create(1), s = Exponentials.Sigmoid<TSimd, TVec>(x);
        return TSimd.Multiply(s, TSimd.MultiplyAdd(x, TSimd.Subtract(one, s), one));
    }
}
