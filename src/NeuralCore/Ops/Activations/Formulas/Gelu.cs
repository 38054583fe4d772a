using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The Gaussian error linear unit: y = x P(x) with the distribution function P(x) = (1 + erf(x / sqrt 2)) / 2 of the standard normal distribution,
/// and dy/dx = P(x) + x exp(-x^2 / 2) / sqrt(2 pi) (Hendrycks and Gimpel 2016).
/// </summary>
internal readonly struct GeluFormula : IActivationFormula
{
    private const double ReciprocalRootOfTwoPi = 0.39894228040143268;

    public static string Name => "GELU";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x * T.CreateChecked(NormalDistribution.At(double.CreateChecked(x)));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double at = double.CreateChecked(x);
        return T.CreateChecked(NormalDistribution.At(at) + (at * ReciprocalRootOfTwoPi * Math.Exp(-0.5 * at * at)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Multiply(x, Exponentials.NormalDistribution<TSimd, TVec>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec density = Exponentials.Exp<TSimd, TVec>(TSimd.Multiply(TSimd.Multiply(TSimd.Create(-0.5f), x), x));
        return TSimd.MultiplyAdd(TSimd.Multiply(TSimd.Create((float)ReciprocalRootOfTwoPi), x), density, Exponentials.NormalDistribution<TSimd, TVec>(x));
    }
}
