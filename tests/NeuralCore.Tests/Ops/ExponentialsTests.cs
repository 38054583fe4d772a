using System.Numerics;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;
using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>The exponential and its relatives against double, over their whole range, and with the same bits at every width.</summary>
public sealed unsafe class ExponentialsTests
{
    private const int Count = 100_000;
    private const double U = Agreement.UnitRoundoff;

    /// <summary>
    /// exp: r carries three roundings of numbers of at most 0.35, the polynomial's last steps two, 1 + (exp(r) - 1) one: below 3 units.
    /// </summary>
    [Fact]
    public void Exp() => Check(Over(-87.3, 88.7), Math.Exp, _ => 3, new Widths(new Exponential()));

    [Fact]
    public void Exp_beyond_its_range_is_zero_or_infinite()
    {
        float[] y = new Widths(new Exponential()).Bits([-87.4f, -88, -104, -1e4f, float.MinValue, float.NegativeInfinity, 88.8f, 89, 104, 1e4f, float.MaxValue, float.PositiveInfinity, float.NaN]);
        Agreement.SameBits("exp", [0, 0, 0, 0, 0, 0, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, float.NaN], y);
    }

    /// <summary>Between -ln 2 / 2 and 0 it is the polynomial; below, the difference of two numbers of which the larger is exact.</summary>
    [Fact]
    public void Exp_minus_one() => Check([.. Over(-100, 0), .. Over(-1e-3, 0), .. Over(-1e-30, 0)], ExpMinusOne, _ => 4, new Widths(new MinusOne()));

    /// <summary>s has two roundings, the sum behind 1 is at most 0.04, then a product and a multiply-add.</summary>
    [Fact]
    public void Log_of_one_plus() => Check([.. Over(0, 1), .. Over(0, 1e-6), .. Over(0, 1e-30)], LogOfOnePlus, _ => 4, new Widths(new Log()));

    /// <summary>The exponential's 3 units, a sum and a quotient.</summary>
    [Fact]
    public void Sigmoid() => Check([.. Over(-87, 30), .. Over(-1, 1)], x => 1 / (1 + Math.Exp(-x)), _ => 5, new Widths(new Logistic()));

    /// <summary>Four units of exp - 1, which come in twice where x is small, a sum and a quotient.</summary>
    [Fact]
    public void Tanh() => Check([.. Over(-12, 12), .. Over(-1e-3, 1e-3), .. Over(-1e-30, 1e-30)], Math.Tanh, _ => 7, new Widths(new HyperbolicTangent()));

    /// <summary>The polynomial's 1e-7 is 2 units, t has two roundings, and z^2/2 - P is rounded in proportion to itself.</summary>
    [Fact]
    public void Normal_distribution() => Check(Over(-13, 13), NormalDistribution.At, x => 12 + (x < 0 ? x * x : 0), new Widths(new Normal()));

    private static float[] Over(double low, double high) => [.. Enumerable.Range(0, Count / 4).Select(i => (float)(low + ((high - low) * i / (Count / 4))))];

    /// <summary>In double the series; its own cancellation is the reason for the function.</summary>
    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-3 ? x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4)))))) : Math.Exp(x) - 1;

    private static double LogOfOnePlus(double x) => x < 1e-5 ? x * (1 - (x / 2) + (x * x / 3)) : Math.Log(1 + x);

    private static void Check(float[] x, Func<double, double> truth, Func<double, double> units, Widths widths)
    {
        float[] y = widths.Bits(x), browser = widths.At<SimdWasm, Vector128<float>>(x);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = truth(x[i]);
            double bound = (units(x[i]) * U * Math.Abs(expected)) + 1e-44;
            Agreement.Within($"f({x[i]:r})", i, expected, bound, y[i]);
            Agreement.Within($"f({x[i]:r}), multiply-adds rounded twice", i, expected, 2 * bound, browser[i]);
        }
    }

    private interface IFunction
    {
        TVec Of<TSimd, TVec>(TVec x)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged;
    }

    private readonly struct Exponential : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.Exp<TSimd, TVec>(x);
    }

    private readonly struct MinusOne : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.ExpMinusOne<TSimd, TVec>(x);
    }

    private readonly struct Log : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.LogOfOnePlus<TSimd, TVec>(x);
    }

    private readonly struct Logistic : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.Sigmoid<TSimd, TVec>(x);
    }

    private readonly struct HyperbolicTangent : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.Tanh<TSimd, TVec>(x);
    }

    private readonly struct Normal : IFunction
    {
        TVec IFunction.Of<TSimd, TVec>(TVec x) => Exponentials.NormalDistribution<TSimd, TVec>(x);
    }

    /// <summary>A function at every width.</summary>
    private sealed class Widths(IFunction function)
    {
        /// <summary>Its values, after all widths were found to agree on them.</summary>
        public float[] Bits(float[] x)
        {
            float[] expected = At<Simd128, Vector128<float>>(x);
            Agreement.SameBits("256 bits", expected, At<Simd256, Vector256<float>>(x));
            Agreement.SameBits("512 bits", expected, At<Simd512, Vector512<float>>(x));
            Agreement.SameBits("portable", expected, At<SimdPortable, Vector<float>>(x));
            return expected;
        }

        /// <summary>Its values at one width.</summary>
        public float[] At<TSimd, TVec>(float[] x)
            where TSimd : ISimd<TVec>
            where TVec : unmanaged
        {
            float[] padded = [.. x, .. new float[16]], y = new float[padded.Length];
            fixed (float* source = padded, destination = y)
            {
                for (int i = 0; i < x.Length; i += TSimd.Width)
                {
                    TSimd.Store(destination + i, function.Of<TSimd, TVec>(TSimd.Load(source + i)));
                }
            }

            return y[..x.Length];
        }
    }
}
