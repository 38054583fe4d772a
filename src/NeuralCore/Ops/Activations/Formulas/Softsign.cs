using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = x / (1 + |x|), and dy/dx = 1 / (1 + |x|)^2 (Bergstra et al. 2009).
/// </summary>
internal readonly struct SoftsignFormula : IActivationFormula
{
    public static string Name => "Softsign";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x / (T.One + T.Abs(x));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T reciprocal = T.One / (T.One + T.Abs(x));
        return reciprocal * reciprocal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Divide(x, TSimd.Add(TSimd.Create(1), TSimd.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec one = TSimd.Create(1), reciprocal = TSimd.Divide(one, TSimd.Add(one, TSimd.Abs(x)));
        return TSimd.Multiply(reciprocal, reciprocal);
    }
}
