using System.Numerics;
using System.Runtime.Intrinsics;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>Sums that keep what is rounded off.</summary>
public sealed class CompensatedSumTests
{
    [Fact]
    public void A_sum_is_as_if_it_had_been_computed_with_twice_the_digits() => AtEveryWidth((values, expected, magnitude, actual) =>
    {
        // Ogita, Rump and Oishi, proposition 4.5: u |sum| + gamma_{n-1}^2 sum |x|.
        double gamma = Agreement.Gamma(values.Length - 1);
        Agreement.Within("sum", 0, expected, (Agreement.UnitRoundoff * Math.Abs(expected)) + (gamma * gamma * magnitude) + 1e-45, actual);
    });

    [Fact]
    public void What_is_infinite_stays_so_and_parts_add_up()
    {
        Assert.Equal(float.PositiveInfinity, Sum<SimdPortable, Vector<float>>([1, float.PositiveInfinity, -2]));
        Assert.Equal(float.NegativeInfinity, Sum<SimdPortable, Vector<float>>([float.MinValue, float.MinValue, 3]));
        Assert.True(float.IsNaN(Sum<SimdPortable, Vector<float>>([1, float.NaN, -2])));
        Assert.Equal(2f, Sum<SimdPortable, Vector<float>>([1, 1e20f, 1, -1e20f]));
        CompensatedSum<SimdPortable, Vector<float>> a = Of<SimdPortable, Vector<float>>([1, 1e20f]), b = Of<SimdPortable, Vector<float>>([1, -1e20f]);
        a.Add(b);
        Assert.Equal(2f, a.Value[0]);
    }

    private static void AtEveryWidth(Action<float[], double, double, float> holds)
    {
        TestScale.ForAll(40, ShapeCases.Flat, test =>
        {
            float[] values = TestValues.Reals(test.Count, test.Seed);
            double expected = values.Sum(value => (double)value), magnitude = values.Sum(value => Math.Abs((double)value));
            foreach (float sum in new[] { Sum<SimdPortable, Vector<float>>(values), Sum<Simd128, Vector128<float>>(values), Sum<SimdWasm, Vector128<float>>(values), Sum<Simd256, Vector256<float>>(values), Sum<Simd512, Vector512<float>>(values) })
            {
                holds(values, expected, magnitude, sum);
            }
        });
    }

    private static unsafe float Sum<TSimd, TVec>(float[] values)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        float* lanes = stackalloc float[16];
        TSimd.Store(lanes, Of<TSimd, TVec>(values).Value);
        return lanes[TSimd.Width - 1];
    }

    private static CompensatedSum<TSimd, TVec> Of<TSimd, TVec>(float[] values)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        CompensatedSum<TSimd, TVec> sum = CompensatedSum<TSimd, TVec>.Zero;
        foreach (float value in values)
        {
            sum.Add(TSimd.Create(value));
        }

        return sum;
    }
}
