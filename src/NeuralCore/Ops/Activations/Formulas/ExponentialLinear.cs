using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The exponential linear unit: y = s x where x &gt; 0, else s a (exp(x) - 1); dy/dx = s where y &gt; 0, else y + s a, with a of at least 0. ELU has s = 1
/// (Clevert et al. 2015, equations 8 and 9), SELU a = 1.67326324 and s = 1.05070098 (Klambauer et al. 2017, equation 2).
/// </summary>
internal readonly struct ExponentialLinearFormula(double alpha, double scale) : IActivationFormula
{
    private readonly float _scale = (float)scale;
    private readonly float _low = (float)(scale * alpha);

    public static string Name => "ELU";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? T.CreateChecked(_scale) * x : T.CreateChecked(_low) * (T.Exp(x) - T.One);

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => y > T.Zero ? T.CreateChecked(_scale) : y + T.CreateChecked(_low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec low = TSimd.Multiply(TSimd.Create(_low), Exponentials.ExpMinusOne<TSimd, TVec>(TSimd.Select(TSimd.Less(TSimd.Zero, x), TSimd.Zero, x)));
        return TSimd.Select(TSimd.Less(TSimd.Zero, x), TSimd.Multiply(TSimd.Create(_scale), x), low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.Select(TSimd.Less(TSimd.Zero, y), TSimd.Create(_scale), TSimd.Add(y, TSimd.Create(_low)));
}
