using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// The approximation of <see cref="GeluFormula"/> by a hyperbolic tangent: y = x (1 + t) / 2 with t = tanh(u) and u = sqrt(2/pi) (x + 0.044715 x^3), and
/// dy/dx = (1 + t) / 2 + x (1 - t^2) du/dx / 2 (Hendrycks and Gimpel 2016, section 2). In vectors (1 + t) / 2 = s(2u) with the sigmoid s, and
/// (1 - t^2) / 4 = e / (1 + e)^2 with e = exp(-|2u|), which lose no digits where t is near 1.
/// </summary>
internal readonly struct GeluTanhFormula : IActivationFormula
{
    private const double Cubic = 0.044715;
    private const double RootOfTwoByPi = 0.79788456080286536;

    public static string Name => "GELU (tanh)";

    public static bool SlopeIsOfOutput => false;

    public T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => Half<T>() * x * (T.One + T.Tanh(Argument(x)));

    public T ReferenceSlope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T t = T.Tanh(Argument(x)), rest = T.One - (t * t);
        T curved = rest == T.Zero
            ? T.Zero
            : x * rest * T.CreateChecked(RootOfTwoByPi) * (T.One + (T.CreateChecked(3 * Cubic) * x * x));
        return Half<T>() * (T.One + t + curved);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        TSimd.Multiply(x, Exponentials.Sigmoid<TSimd, TVec>(TwiceArgument<TSimd, TVec>(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Slope<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        // Beyond 10 the slope is 0 or 1 to single precision, and the squares of larger numbers could overflow.
        TVec one = TSimd.Create(1), most = TSimd.Create(10), least = TSimd.Create(-10);
        TVec near = TSimd.Select(TSimd.Less(most, x), most, TSimd.Select(TSimd.Less(x, least), least, x));
        TVec argument = TwiceArgument<TSimd, TVec>(near);
        TVec e = Exponentials.Exp<TSimd, TVec>(TSimd.Subtract(TSimd.Zero, TSimd.Abs(argument))), r = TSimd.Divide(one, TSimd.Add(one, e));
        TVec low = TSimd.Multiply(e, r), sigmoid = TSimd.Select(TSimd.Less(argument, TSimd.Zero), low, r);
        TVec inner = TSimd.MultiplyAdd(TSimd.Multiply(TSimd.Create((float)(6 * Cubic * RootOfTwoByPi)), near), near, TSimd.Create((float)(2 * RootOfTwoByPi)));
        return TSimd.MultiplyAdd(TSimd.Multiply(near, TSimd.Multiply(low, r)), inner, sigmoid);
    }

    private static T Half<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => T.CreateChecked(0.5);

    private static T Argument<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => T.CreateChecked(RootOfTwoByPi) * (x + (T.CreateChecked(Cubic) * x * x * x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec TwiceArgument<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec factor = TSimd.MultiplyAdd(TSimd.Multiply(TSimd.Create((float)(2 * Cubic * RootOfTwoByPi)), x), x, TSimd.Create((float)(2 * RootOfTwoByPi)));
        return TSimd.Multiply(factor, x);
    }
}
