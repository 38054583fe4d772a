using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// y = x min(max(x + 3, 0), 6) / 6, and dy/dx = 0 for x of at most -3, 1 for x of at least 3, else (2x + 3) / 6 (Howard et al. 2019, section 5.2).
/// </summary>
internal readonly struct HardSiluFormula : IActivationFormula
{
    public static string Name => "Hard SiLU";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x * (T.Clamp(x + T.CreateChecked(3), T.Zero, T.CreateChecked(6)) / T.CreateChecked(6));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T three = T.CreateChecked(3);
        return x <= -three ? T.Zero : x >= three ? T.One : (x + x + three) / T.CreateChecked(6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec three = TSimd.Create(3), six = TSimd.Create(6), shifted = TSimd.Add(x, three);
        TVec clamped = TSimd.Select(TSimd.Less(six, shifted), six, TSimd.ZeroWhereNotPositive(shifted, shifted));
        return TSimd.Multiply(x, TSimd.Divide(clamped, six));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec three = TSimd.Create(3);
        TVec between = TSimd.Divide(TSimd.Add(TSimd.Add(x, x), three), TSimd.Create(6));
        return TSimd.ZeroWhereNotPositive(TSimd.Add(x, three), TSimd.Select(TSimd.Less(x, three), between, TSimd.Create(1)));
    }
}
