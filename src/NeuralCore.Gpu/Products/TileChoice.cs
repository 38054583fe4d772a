using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The tiles of the two product kernels.</summary>
internal enum Tile
{
    /// <summary><see cref="Product4x4"/>, 64x64.</summary>
    Small,

    /// <summary><see cref="Tile128x128"/>.</summary>
    Of128x128,

    /// <summary><see cref="Tile128x64"/>.</summary>
    Of128x64,

    /// <summary><see cref="Tile128x32"/>.</summary>
    Of128x32,
}

/// <summary>
/// Chooses a tile for a product. It changes how long the product takes and not one bit of it: an element is one chain of multiply-adds
/// along its part of the inner dimension in every tile.
/// </summary>
/// <param name="multiprocessors">The multiprocessors of the device.</param>
/// <param name="only">The tile to take always, or null: where registers are emulated in memory, the one that has the fewest.</param>
internal sealed class TileChoice(int multiprocessors, Tile? only = null)
{
    /// <summary>Fewer inner elements than this are not worth a group and the addition of its sums.</summary>
    private const int LeastPart = 256;

    private static readonly Tile[] All = Enum.GetValues<Tile>();

    /// <summary>
    /// The choice for a device. Where the threads of a group are run one after the other by a processor, what one has in registers at a
    /// barrier goes to memory: then the tile with the fewest is best.
    /// </summary>
    public static TileChoice For(Accelerator accelerator)
    {
        bool isProcessor = accelerator.AcceleratorType == AcceleratorType.CPU
            || accelerator is CLAccelerator { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU };
        return new TileChoice(accelerator.NumMultiprocessors, isProcessor ? Tile.Small : null);
    }

    /// <summary>The tile that is through first, if every multiprocessor works off its share of the groups at the rate of the tile.</summary>
    public Tile Of(int rows, int columns, int parts)
    {
        if (only is { } tile)
        {
            return tile;
        }

        Tile best = Tile.Small;
        double least = double.PositiveInfinity;
        foreach (Tile candidate in All)
        {
            (int tileRows, int tileColumns, _, double rate) = Sizes(candidate);
            long groups = (long)Count(rows, tileRows) * Count(columns, tileColumns) * parts;
            double time = (groups + multiprocessors - 1) / multiprocessors * tileRows * tileColumns / rate;
            if (time < least)
            {
                (best, least) = (candidate, time);
            }
        }

        return best;
    }

    /// <summary>The groups of a product in one tile.</summary>
    public static KernelConfig Groups(Tile tile, int rows, int columns, int parts)
    {
        (int tileRows, int tileColumns, int threads, _) = Sizes(tile);
        return new KernelConfig(new Index3D(Count(rows, tileRows), Count(columns, tileColumns), parts), new Index3D(threads, 1, 1));
    }

    /// <summary>
    /// How many parts to cut the inner dimension into, so that a product of few elements fills a large device all the same. A function of
    /// sizes alone, since the parts decide about the order of summation.
    /// </summary>
    /// <param name="tiles">The tiles of the product.</param>
    /// <param name="inner">The elements that are summed over.</param>
    /// <param name="groups">The groups that are wanted.</param>
    /// <returns>The sizes, and the number of parts.</returns>
    public static (InnerSizes Sizes, int Parts) Cut(int tiles, int inner, int groups)
    {
        int most = MostParts(tiles, inner, groups);
        int partInner = Count(Count(inner, most), Product4x4.Step) * Product4x4.Step;
        return (new InnerSizes(inner, partInner), Count(inner, partInner));
    }

    /// <summary>What <see cref="Cut"/> cuts into at most: it grows with the inner dimension, so that scratch for many items is enough for few.</summary>
    public static int MostParts(int tiles, int inner, int groups) => Math.Max(1, Math.Min(groups / tiles, inner / LeastPart));

    /// <summary>How many tiles of a size cover an extent.</summary>
    public static int Count(int extent, int size) => ((extent - 1) / size) + 1;

    // The rates were measured on an H100. 8x8 elements a thread want 16 values of shared memory for 64 multiply-adds and 4x4 want 8 for 16, but a
    // thread of the small tile has a third of the registers, so that three times as many are there when some wait.
    private static (int Rows, int Columns, int Threads, double Rate) Sizes(Tile tile) => tile switch
    {
        Tile.Of128x128 => (Tile128x128.Rows, Tile128x128.Columns, Tile128x128.Threads, 1),
        Tile.Of128x64 => (Tile128x64.Rows, Tile128x64.Columns, Tile128x64.Threads, 0.8),
        Tile.Of128x32 => (Tile128x32.Rows, Tile128x32.Columns, Tile128x32.Threads, 0.55),
        _ => (Product4x4.Tile, Product4x4.Tile, Product4x4.Threads, 0.9),
    };
}
