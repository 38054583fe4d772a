using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// A ReLU with bounds: y = m where x is at least m, x where it is at least t, else s (x - t). dy/dx = 0, 1 and s there, and s at t itself. The
/// ordinary ReLU (m infinite, t and s 0) has a node of its own, which others know how to join.
/// </summary>
internal readonly struct RectifiedLinearFormula(double maximum, double slope, double threshold) : IActivationFormula
{
    private readonly float _maximum = (float)maximum;
    private readonly float _slope = (float)slope;
    private readonly float _threshold = (float)threshold;

    public static string Name => "ReLU";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T maximum = T.CreateChecked(_maximum), threshold = T.CreateChecked(_threshold);
        return x >= maximum ? maximum : x < threshold ? T.CreateChecked(_slope) * (x - threshold) : x;
    }

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T slope = x > T.CreateChecked(_threshold) ? T.One : T.CreateChecked(_slope);
        return x < T.CreateChecked(_maximum) ? slope : T.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec threshold = TSimd.Create(_threshold), maximum = TSimd.Create(_maximum);
        TVec below = TSimd.Multiply(TSimd.Create(_slope), TSimd.Subtract(x, threshold));
        return TSimd.Select(TSimd.Less(maximum, x), maximum, TSimd.Select(TSimd.Less(x, threshold), below, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec slope = TSimd.Select(TSimd.Less(TSimd.Create(_threshold), x), TSimd.Create(1), TSimd.Create(_slope));
        return TSimd.Select(TSimd.Less(x, TSimd.Create(_maximum)), slope, TSimd.Zero);
    }
}
