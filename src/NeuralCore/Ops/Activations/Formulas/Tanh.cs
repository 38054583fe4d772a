using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The hyperbolic tangent: y = tanh(x), and dy/dx = 1 - y^2.
/// </summary>
internal readonly struct TanhFormula : IActivationFormula
{
    public static string Name => "Tanh";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Tanh(x);

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => T.One - (y * y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => Exponentials.Tanh<TSimd, TVec>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Subtract(TSimd.Create(1), TSimd.Multiply(y, y));
}
