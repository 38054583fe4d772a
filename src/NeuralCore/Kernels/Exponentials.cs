using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>
/// The exponential and its relatives in vectors of any width, made of additions, multiplications and divisions alone: the same bits at every width
/// where the machine has fused multiply-add, and on a GPU the same formula. Each is within a few units of roundoff of the true value; NaN stays NaN.
/// </summary>
/// <remarks>
/// x = n ln 2 + r with whole n and |r| at most ln 2 / 2, so exp(x) = 2^n exp(r), and exp(r) - 1 is Taylor's polynomial of degree 7, whose error is
/// below r^8 / 8! &lt; 6e-9. ln 2 is subtracted in two parts: 355/512, whose products with n are exact, and the rest (Cody and Waite, "Software Manual
/// for the Elementary Functions", 1980, chapter 6).
/// </remarks>
internal static class Exponentials
{
    private const float Log2OfE = 1.44269504f;
    private const float Ln2Upper = 0.693359375f;
    private const float Ln2Lower = -2.12194440e-4f;

    /// <summary>Below it the exponential is smaller than the smallest normal number.</summary>
    private const float LeastExponent = -87.33654f;

    /// <summary>Above it the exponential is infinite, and its power of two is still 2^128.</summary>
    private const float MostExponent = 89f;

    /// <summary>exp(x); 0 where that would be subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Exp<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec most = TSimd.Create(MostExponent);
        TVec n = Split<TSimd, TVec>(TSimd.Select(TSimd.Less(most, x), most, x), out TVec minusOne);

        // 2^128 is no number, so there are two factors.
        TVec half = TSimd.Round(TSimd.Multiply(TSimd.Create(0.5f), n));
        TVec result = TSimd.Multiply(TSimd.Add(TSimd.Create(1), minusOne), TSimd.PowerOfTwo(half));
        result = TSimd.Multiply(result, TSimd.PowerOfTwo(TSimd.Subtract(n, half)));
        return TSimd.Select(TSimd.Less(x, TSimd.Create(LeastExponent)), TSimd.Zero, result);
    }

    /// <summary>exp(x) - 1 for x of at most 0, also near 0 to a few units of roundoff.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec ExpMinusOne<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec least = TSimd.Create(LeastExponent);
        TVec power = TSimd.PowerOfTwo(Split<TSimd, TVec>(TSimd.Select(TSimd.Less(x, least), least, x), out TVec minusOne));
        return TSimd.MultiplyAdd(power, minusOne, TSimd.Subtract(power, TSimd.Create(1)));
    }

    /// <summary>
    /// ln(1 + x) for x in [0, 1]. With s = x / (2 + x) it is 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...) (Abramowitz and Stegun, 4.1.28); s is at most
    /// 1/3, so what is left out behind s^15/15 is below 1e-9 of the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec LogOfOnePlus<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec s = TSimd.Divide(x, TSimd.Add(TSimd.Create(2), x)), square = TSimd.Multiply(s, s);
        TVec sum = TSimd.MultiplyAdd(TSimd.Create(1f / 15), square, TSimd.Create(1f / 13));
        sum = TSimd.MultiplyAdd(sum, square, TSimd.Create(1f / 11));
        sum = TSimd.MultiplyAdd(sum, square, TSimd.Create(1f / 9));
        sum = TSimd.MultiplyAdd(sum, square, TSimd.Create(1f / 7));
        sum = TSimd.MultiplyAdd(sum, square, TSimd.Create(1f / 5));
        sum = TSimd.MultiplyAdd(sum, square, TSimd.Create(1f / 3));
        TVec twice = TSimd.Add(s, s);
        return TSimd.MultiplyAdd(TSimd.Multiply(sum, square), twice, twice);
    }

    /// <summary>1 / (1 + exp(-x)), without an overflow on either side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sigmoid<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec one = TSimd.Create(1), e = Exp<TSimd, TVec>(TSimd.Subtract(TSimd.Zero, TSimd.Abs(x)));
        return TSimd.Divide(TSimd.Select(TSimd.Less(x, TSimd.Zero), e, one), TSimd.Add(one, e));
    }

    /// <summary>tanh(x) = -m / (2 + m) with m = exp(-2x) - 1, for |x|, and the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Tanh<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec m = ExpMinusOne<TSimd, TVec>(TSimd.Multiply(TSimd.Create(-2), TSimd.Abs(x)));
        TVec negative = TSimd.Divide(m, TSimd.Add(TSimd.Create(2), m));
        return TSimd.Select(TSimd.Less(x, TSimd.Zero), negative, TSimd.Subtract(TSimd.Zero, negative));
    }

    /// <summary>
    /// The distribution function of the standard normal distribution, (1 + erf(x / sqrt 2)) / 2. Its tail beyond z = |x| is t exp(P(t) - z^2/2) with
    /// t = 1 / (1 + z/4) and a polynomial P of degree 9, which was interpolated at Chebyshev's nodes for z up to 14: the tail's relative error from it
    /// is 1e-7, and more in proportion to z^2 from the rounding of z^2/2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec NormalDistribution<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec one = TSimd.Create(1), z = TSimd.Abs(x);
        TVec t = TSimd.Divide(one, TSimd.MultiplyAdd(TSimd.Create(0.25f), z, one));
        TVec p = TSimd.MultiplyAdd(TSimd.Create(-0.189576114f), t, TSimd.Create(0.809066516f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(-1.19347738f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.648870152f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(-0.145998277f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(-0.00914297731f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.270414765f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.419550926f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(1.00251981f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(-2.30537464f));
        TVec tail = TSimd.Multiply(t, Exp<TSimd, TVec>(TSimd.MultiplyAdd(TSimd.Multiply(TSimd.Create(-0.5f), z), z, p)));
        return TSimd.Select(TSimd.Less(x, TSimd.Zero), tail, TSimd.Subtract(one, tail));
    }

    /// <summary>n and exp(r) - 1 of x = n ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Split<TSimd, TVec>(TVec x, out TVec expOfRestMinusOne)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec n = TSimd.Round(TSimd.Multiply(TSimd.Create(Log2OfE), x));
        TVec r = TSimd.MultiplyAdd(n, TSimd.Create(-Ln2Upper), x);
        r = TSimd.MultiplyAdd(n, TSimd.Create(-Ln2Lower), r);
        TVec p = TSimd.MultiplyAdd(TSimd.Create(1f / 5040), r, TSimd.Create(1f / 720));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 120));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 24));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 6));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 2));
        expOfRestMinusOne = TSimd.MultiplyAdd(TSimd.Multiply(p, r), r, r);
        return n;
    }
}
