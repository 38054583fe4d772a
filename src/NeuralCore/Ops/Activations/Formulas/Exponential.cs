using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = exp(x), which is its own derivative.
/// </summary>
internal readonly struct ExponentialFormula : IActivationFormula
{
    public static string Name => "Exponential";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Exp(x);

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => Exponentials.Exp<TSimd, TVec>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => y;
}
