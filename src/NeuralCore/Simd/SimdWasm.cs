using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralCore.Simd;

/// <summary>
/// 128 bits as WebAssembly has them: 4 floats, in the operations that Mono's interpreter translates to single instructions. What else
/// <see cref="Vector128"/> offers for floats runs there lane by lane through calls, some fifty times slower; decisions/browser.md lists the times.
/// </summary>
/// <remarks>
/// A multiply-add is rounded twice, so results are not those of machines with fused multiply-add to the bit. It is plain C# and runs
/// everywhere, with the same bits as in a browser.
/// </remarks>
internal unsafe struct SimdWasm : ISimd<Vector128<float>>
{
    /// <summary>2^23: a whole number n below it, added to it, is the low bits of the sum.</summary>
    private const float WholeNumbers = 8388608;

    private const int SignBit = unchecked((int)0x8000_0000);

    /// <inheritdoc/>
    public static string Name => "wasm128";

    /// <inheritdoc/>
    public static int Width => 4;

    /// <summary>Whether there are many: local variables of a WebAssembly function are, and the browser's compiler assigns the machine's.</summary>
    public static bool HasManyRegisters => true;

    /// <inheritdoc/>
    public static Vector128<float> Zero => Vector128<float>.Zero;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector128<float> value) => value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(byte* destination, Vector128<float> value)
    {
        Vector128<float> shifted = value + Vector128.Create(WholeNumbers);
        byte* bytes = (byte*)&shifted;
        destination[0] = bytes[0];
        destination[1] = bytes[4];
        destination[2] = bytes[8];
        destination[3] = bytes[12];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => (a * b) + c;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAddOne(float a, float b, float c) => (a * b) + c;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    /// <summary>A mask of all ones where a &gt; b or a is NaN, which alone differs from itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exceeds(Vector128<float> a, Vector128<float> b) => Vector128.GreaterThan(a, b) | ~Vector128.Equals(a, a);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(mask, a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZeroWhereNotPositive(Vector128<float> gate, Vector128<float> value) =>
        Vector128.ConditionalSelect(Vector128.LessThanOrEqual(gate, Vector128<float>.Zero), Vector128<float>.Zero, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Clamp(Vector128<float> value, Vector128<float> limit)
    {
        Vector128<float> lowest = -limit;
        Vector128<float> atLeast = Vector128.ConditionalSelect(Vector128.LessThan(value, lowest), lowest, value);
        return Vector128.ConditionalSelect(Vector128.GreaterThan(atLeast, limit), limit, atLeast);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZeroWhereSubnormal(Vector128<float> value)
    {
        const float SmallestNormal = 1.17549435e-38f;
        return Vector128.ConditionalSelect(Vector128.LessThan(Abs(value), Vector128.Create(SmallestNormal)) & Vector128.GreaterThan(Abs(value), Vector128<float>.Zero), Vector128<float>.Zero, value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Less(Vector128<float> a, Vector128<float> b) => Vector128.LessThan(a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> a) => (a.AsInt32() & Vector128.Create(~SignBit)).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> a)
    {
        // Between 2^23 and 2^24 floats are the whole numbers, so adding 2^23 rounds; what is larger is whole. The sign is put back for what rounds to -0.
        Vector128<float> magnitude = Abs(a), sign = (a.AsInt32() & Vector128.Create(SignBit)).AsSingle(), shift = Vector128.Create(WholeNumbers);
        Vector128<float> rounded = (magnitude + shift) - shift;
        return Vector128.ConditionalSelect(Vector128.LessThan(magnitude, shift), (rounded.AsInt32() | sign.AsInt32()).AsSingle(), a);
    }

    /// <summary>2^n: n + 127 in the low bits of 2^23 + 127 + n, shifted to where a float has its exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwo(Vector128<float> n) => ((n + Vector128.Create(WholeNumbers + 127)).AsInt32() << 23).AsSingle();
}
