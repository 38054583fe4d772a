using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = min(max(a x + b, 0), 1), and dy/dx = a between the bounds, else 0. Keras and PyTorch take a = 1/6 and b = 1/2, ONNX unless said a = 0.2.
/// </summary>
internal readonly struct HardSigmoidFormula(double slope, double offset) : IActivationFormula
{
    private readonly float _slope = (float)slope;
    private readonly float _offset = (float)offset;

    public static string Name => "Hard sigmoid";

    public static bool SlopeIsOfOutput => true;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.Clamp((T.CreateChecked(_slope) * x) + T.CreateChecked(_offset), T.Zero, T.One);

    public T ReferenceSlope<T>(T y)
        where T : unmanaged, IFloatingPointIeee754<T> => y > T.Zero && y < T.One ? T.CreateChecked(_slope) : T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec one = TSimd.Create(1), line = TSimd.MultiplyAdd(TSimd.Create(_slope), x, TSimd.Create(_offset));
        return TSimd.Select(TSimd.Less(one, line), one, TSimd.ZeroWhereNotPositive(line, line));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec y)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged => TSimd.ZeroWhereNotPositive(y, TSimd.Select(TSimd.Less(y, TSimd.Create(1)), TSimd.Create(_slope), TSimd.Zero));
}
