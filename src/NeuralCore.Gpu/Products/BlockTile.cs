using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of the part of a product that one group of threads computes, of which each thread has 8x8 elements.</summary>
/// <remarks>
/// Shared memory holds two steps of each operand, so that one is filled while the other is read. A step is 8 rows, one an index of
/// the inner dimension, and a row is 16 bytes longer than the tile: then the values that a warp transposes fall on different banks.
/// </remarks>
internal interface IBlockTile
{
    /// <summary>The rows of the tile: a multiple of 8.</summary>
    static abstract int Rows { get; }

    /// <summary>The columns of the tile: 8 times a power of two.</summary>
    static abstract int Columns { get; }

    /// <summary>The threads of a group: Rows * Columns / 64.</summary>
    static abstract int Threads { get; }

    /// <summary>
    /// The groups that a multiprocessor is to hold at once, so that some multiply while others wait at their barrier. A multiprocessor has
    /// 65,536 registers: that leaves a thread 128 for the largest tile and 168 for the others, whose threads bring more vectors each. All
    /// products fit: NVIDIA's assembler for sm_90 gives them 116 to 128, and 120 to 165, and none keeps a value in memory.
    /// </summary>
    static abstract int Residents { get; }

    /// <summary>The vectors of four of a step of the left operand, divided by the threads and rounded up.</summary>
    static abstract int LeftLoads { get; }

    /// <summary>The same of the right operand.</summary>
    static abstract int RightLoads { get; }

    /// <summary>Takes shared memory for two steps of the left operand.</summary>
    static abstract ArrayView<Float4> AllocateLeft();

    /// <summary>Takes shared memory for two steps of the right operand.</summary>
    static abstract ArrayView<Float4> AllocateRight();
}

/// <summary>128 rows, 128 columns: for large products.</summary>
internal readonly struct Tile128x128 : IBlockTile
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static int Threads => 256;

    public static int Residents => 2;

    public static int LeftLoads => 1;

    public static int RightLoads => 1;

    public static ArrayView<Float4> AllocateLeft() => SharedMemory.Allocate<Float4>(2 * 8 * 33);

    public static ArrayView<Float4> AllocateRight() => SharedMemory.Allocate<Float4>(2 * 8 * 33);
}

/// <summary>128 rows, 64 columns: for convolutions to 64 filters, and to fill the device with middling products.</summary>
internal readonly struct Tile128x64 : IBlockTile
{
    public static int Rows => 128;

    public static int Columns => 64;

    public static int Threads => 128;

    public static int Residents => 3;

    public static int LeftLoads => 2;

    public static int RightLoads => 1;

    public static ArrayView<Float4> AllocateLeft() => SharedMemory.Allocate<Float4>(2 * 8 * 33);

    public static ArrayView<Float4> AllocateRight() => SharedMemory.Allocate<Float4>(2 * 8 * 17);
}

/// <summary>128 rows, 32 columns: for gradients of pixels that have 32 channels.</summary>
internal readonly struct Tile128x32 : IBlockTile
{
    public static int Rows => 128;

    public static int Columns => 32;

    public static int Threads => 64;

    public static int Residents => 6;

    public static int LeftLoads => 4;

    public static int RightLoads => 1;

    public static ArrayView<Float4> AllocateLeft() => SharedMemory.Allocate<Float4>(2 * 8 * 33);

    public static ArrayView<Float4> AllocateRight() => SharedMemory.Allocate<Float4>(2 * 8 * 9);
}
