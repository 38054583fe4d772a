using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>How sums and scratch are cut into pieces: by sizes alone, never by the number of threads.</summary>
internal static class Blocking
{
    /// <summary>Elements that one chunk of a flat loop takes: some microseconds of work, many times what taking a chunk costs.</summary>
    public const int FlatChunk = 4096;

    /// <summary>The floats of the widest vectors: sizes that are chosen by it are the same at every width.</summary>
    public const int Lanes = LaneProduct.Lanes;

    /// <summary>The chunks of a flat loop.</summary>
    public static int FlatChunks(int count) => Chunks(count, FlatChunk);

    /// <summary>How many chunks of at most <paramref name="chunk"/> it takes to cover <paramref name="extent"/>.</summary>
    public static int Chunks(int extent, int chunk) => (extent + chunk - 1) / chunk;

    /// <summary>At least <paramref name="floats"/> floats, as a whole number of cache lines.</summary>
    public static nint Aligned(nint floats) => (floats + 15) / 16 * 16;
}
