using ILGPU;
using ILGPU.Algorithms;
using NeuralCore.Simd;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A device's number as a vector of one, so that an optimiser's formula, written once, runs there too. Kernels load and store by themselves.
/// </summary>
internal readonly unsafe struct DeviceScalar : ISimd<float>
{
    private const float SmallestNormal = 1.17549435e-38f;

    public static string Name => "device";

    public static int Width => 1;

    public static bool HasManyRegisters => true;

    public static float Zero => 0;

    public static float Create(float value) => value;

    public static float Load(float* source) => throw new NotSupportedException();

    public static void Store(float* destination, float value) => throw new NotSupportedException();

    public static void StoreBytes(byte* destination, float value) => throw new NotSupportedException();

    public static float MultiplyAdd(float a, float b, float c) => FusedMultiplyAdd.Of(a, b, c);

    public static float MultiplyAddOne(float a, float b, float c) => MultiplyAdd(a, b, c);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float Sqrt(float a) => XMath.Sqrt(a);

    /// <summary>Masks are 1 or 0 here.</summary>
    public static float Exceeds(float a, float b) => a > b || MaxPoolKernels.IsNaN(a) ? 1 : 0;

    public static float Select(float mask, float a, float b) => mask != 0 ? a : b;

    public static float ZeroWhereNotPositive(float gate, float value) => gate <= 0 ? 0 : value;

    public static float Clamp(float value, float limit) => value < -limit ? -limit : value > limit ? limit : value;

    public static float ZeroWhereSubnormal(float value) => XMath.Abs(value) < SmallestNormal ? 0 : value;

    public static float Less(float a, float b) => a < b ? 1 : 0;

    public static float Abs(float a) => XMath.Abs(a);

    public static float Round(float a) => XMath.Floor(a + 0.5f);

    public static float PowerOfTwo(float n) => Interop.IntAsFloat((uint)((int)n + 127) << 23);
}
