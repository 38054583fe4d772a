using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralCore.Course;

/// <summary>Arrays of floats outside the managed heap, for kernels that work on addresses. They live until the program ends.</summary>
public static unsafe class Floats
{
    /// <summary>Memory for floats that begins at a cache line of 64 bytes; what it holds is undefined.</summary>
    /// <param name="count">The number of floats.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for as many.</exception>
    public static float* Allocate(nint count) => (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);

    /// <summary>Random numbers, uniform in [-limit, limit), the same for the same seed.</summary>
    /// <param name="count">The number of floats.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="limit">The largest magnitude.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for as many.</exception>
    public static float* Uniform(int count, int seed, float limit = 1)
    {
        float* values = Allocate(count);
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            values[i] = limit * ((2 * random.NextSingle()) - 1);
        }

        return values;
    }

    /// <summary>y = max(0, x), element by element.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="count">The number of floats, a multiple of the vector's width; this is not checked.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu<TLanes, TVec>(float* x, float* y, int count)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec zero = TLanes.Create(0);
        for (int i = 0; i < count; i += TLanes.Width)
        {
            TLanes.Store(y + i, TLanes.Max(TLanes.Load(x + i), zero));
        }
    }
}
