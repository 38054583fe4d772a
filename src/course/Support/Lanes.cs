using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralCore.Course;

/// <summary>
/// A vector width as a type: code is written once against this interface, and the just-in-time compiler makes a version of it for each
/// width, in which every call is one instruction. Addresses need no alignment and are not checked. Chapter 7 is about it.
/// </summary>
/// <typeparam name="TVec">The vector.</typeparam>
public unsafe interface ILanes<TVec>
    where TVec : unmanaged
{
    /// <summary>The number of floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Reads <see cref="Width"/> floats from an address on.</summary>
    static abstract TVec Load(float* source);

    /// <summary>Writes <see cref="Width"/> floats from an address on.</summary>
    static abstract void Store(float* destination, TVec value);

    /// <summary>All lanes the same number.</summary>
    static abstract TVec Create(float value);

    /// <summary>a b + c, lane by lane, rounded once.</summary>
    static abstract TVec MultiplyAdd(TVec a, TVec b, TVec c);

    /// <summary>a + b, lane by lane.</summary>
    static abstract TVec Add(TVec a, TVec b);

    /// <summary>a - b, lane by lane.</summary>
    static abstract TVec Subtract(TVec a, TVec b);

    /// <summary>The larger one, lane by lane.</summary>
    static abstract TVec Max(TVec a, TVec b);
}

/// <summary>Four floats: SSE, and NEON on ARM.</summary>
public readonly unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Width => 4;

    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    public static void Store(float* destination, Vector128<float> value) => value.Store(destination);

    public static Vector128<float> Create(float value) => Vector128.Create(value);

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);
}

/// <summary>Eight floats: AVX2.</summary>
public readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Width => 8;

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static void Store(float* destination, Vector256<float> value) => value.Store(destination);

    public static Vector256<float> Create(float value) => Vector256.Create(value);

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);
}

/// <summary>Sixteen floats: AVX-512.</summary>
public readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Width => 16;

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static void Store(float* destination, Vector512<float> value) => value.Store(destination);

    public static Vector512<float> Create(float value) => Vector512.Create(value);

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);
}

/// <summary>As many floats as the runtime chooses for this machine.</summary>
public readonly unsafe struct LanesPortable : ILanes<Vector<float>>
{
    public static int Width => Vector<float>.Count;

    public static Vector<float> Load(float* source) => Vector.Load(source);

    public static void Store(float* destination, Vector<float> value) => value.Store(destination);

    public static Vector<float> Create(float value) => new(value);

    public static Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> c) => Vector.FusedMultiplyAdd(a, b, c);

    public static Vector<float> Add(Vector<float> a, Vector<float> b) => a + b;

    public static Vector<float> Subtract(Vector<float> a, Vector<float> b) => a - b;

    public static Vector<float> Max(Vector<float> a, Vector<float> b) => Vector.Max(a, b);
}

/// <summary>Code that is generic over the vector width.</summary>
public interface IForWidth
{
    /// <summary>Runs the code with one width.</summary>
    void Run<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged;
}

/// <summary>The widest vectors that this machine computes with.</summary>
public static class Widest
{
    /// <summary>Runs code with these vectors.</summary>
    public static void Run(IForWidth code)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            code.Run<Lanes512, Vector512<float>>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            code.Run<Lanes256, Vector256<float>>();
        }
        else
        {
            code.Run<Lanes128, Vector128<float>>();
        }
    }
}
