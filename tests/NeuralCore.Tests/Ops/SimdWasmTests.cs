using System.Runtime.Intrinsics;
using FsCheck.Xunit;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// A browser's vectors, operation by operation: what 128 bits give elsewhere, to the bit, but for the multiply-add, which is a
/// product and a sum.
/// </summary>
public sealed unsafe class SimdWasmTests
{
    private static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.3f, -0.3f, 8388607.5f, 8388608, -8388609, 1e30f, -1e30f, 1e-39f, -1e-39f, 1.1754944e-38f,
        float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    [Property(MaxTest = 300)]
    public void Operations_give_the_bits_of_other_128_bits(float a, float b, float c) => Compare(a, b, c);

    [Fact]
    public void Operations_on_special_values_too()
    {
        foreach (float a in Special)
        {
            foreach (float b in Special)
            {
                Compare(a, b, 1);
            }
        }
    }

    [Fact]
    public void Powers_of_two_and_bytes_are_exact()
    {
        for (int n = -126; n <= 127; n++)
        {
            Assert.Equal(MathF.ScaleB(1, n), SimdWasm.PowerOfTwo(Vector128.Create((float)n))[0]);
        }

        byte* bytes = stackalloc byte[4];
        for (int n = 0; n < 253; n++)
        {
            SimdWasm.StoreBytes(bytes, Vector128.Create(n, n + 1, n + 2, n + 3f));
            Assert.Equal(n | ((n + 1) << 8) | ((n + 2) << 16) | ((n + 3) << 24), *(int*)bytes);
        }
    }

    private static void Compare(float first, float second, float third)
    {
        Vector128<float> a = Vector128.Create(first, second, -first, third), b = Vector128.Create(second, third, first, -first), c = Vector128.Create(third);
        Same("exceeds", Simd128.Exceeds(a, b), SimdWasm.Exceeds(a, b));
        Same("less", Simd128.Less(a, b), SimdWasm.Less(a, b));
        Same("select", Simd128.Select(Simd128.Less(a, b), a, c), SimdWasm.Select(SimdWasm.Less(a, b), a, c));
        Same("zero where not positive", Simd128.ZeroWhereNotPositive(a, b), SimdWasm.ZeroWhereNotPositive(a, b));
        Same("zero where subnormal", Simd128.ZeroWhereSubnormal(a), SimdWasm.ZeroWhereSubnormal(a));
        Same("clamp", Simd128.Clamp(a, Vector128.Create(1.25f)), SimdWasm.Clamp(a, Vector128.Create(1.25f)));
        Same("absolute value", Simd128.Abs(a), SimdWasm.Abs(a));
        Same("round", Simd128.Round(a), SimdWasm.Round(a));
        Same("square root", Simd128.Sqrt(a), SimdWasm.Sqrt(a));
        Same("multiply-add", Simd128.Add(Simd128.Multiply(a, b), c), SimdWasm.MultiplyAdd(a, b, c));
    }

    private static void Same(string operation, Vector128<float> expected, Vector128<float> actual)
    {
        for (int lane = 0; lane < Vector128<float>.Count; lane++)
        {
            // The bits of a NaN are not specified; those of a mask, which read as a float are NaN too, are.
            int left = BitConverter.SingleToInt32Bits(expected[lane]), right = BitConverter.SingleToInt32Bits(actual[lane]);
            bool isNumber = !float.IsNaN(expected[lane]) || operation is "exceeds" or "less";
            Assert.True(isNumber ? left == right : float.IsNaN(actual[lane]), $"{operation}: {expected} and {actual}.");
        }
    }
}
