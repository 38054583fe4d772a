using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NeuralCore;

/// <summary>Asks for memory before it is needed, where the hardware's own prefetcher sees no stream. It changes no result.</summary>
internal static unsafe class Prefetch
{
    private const int FloatsOfLine = 16;

    /// <summary>Brings part of a matrix towards the second-level cache.</summary>
    /// <param name="matrix">Its first element.</param>
    /// <param name="row">Floats from one row to the next.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* matrix, nint row, int rows, int columns)
    {
        for (; Sse.IsSupported && rows > 0; rows--, matrix += row)
        {
            Floats(matrix, columns);
        }
    }

    /// <summary>Brings a run of bytes towards the second-level cache.</summary>
    public static void Bytes(ReadOnlySpan<byte> values)
    {
        fixed (byte* first = values)
        {
            Floats((float*)first, (values.Length + sizeof(float) - 1) / sizeof(float));
        }
    }

    /// <summary>Brings a number of floats towards the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* values, int count)
    {
        for (int i = 0; Sse.IsSupported && i < count; i += FloatsOfLine)
        {
            Sse.Prefetch1(values + i);
        }
    }
}
