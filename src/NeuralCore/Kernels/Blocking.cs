namespace NeuralCore.Kernels;

/// <summary>
/// Every size that sums, loops and scratch are cut by. What is cut depends on the sizes of tensors alone, never on the number of threads, and sums are
/// put together in a fixed order: so a constant here that cuts a sum is part of what the last bits are, and those that do not are free to change.
/// Cache sizes are those of current x86 cores: 32 KiB or more of the first level, 512 KiB or more of the second.
/// </summary>
internal static class Blocking
{
    /// <summary>Elements that one chunk of a flat loop takes: some microseconds of work, many times what taking a chunk costs.</summary>
    public const int FlatChunk = 4096;

    /// <summary>The items of a batch that one thread reads on the host, as images are distorted: work enough to take a chunk, and chunks enough to share.</summary>
    public const int HostItems = 8;

    /// <summary>
    /// The floats of a cache line and of the widest vectors, so the images that lie side by side where they are in lanes: sizes that are chosen by it
    /// are the same at every width.
    /// </summary>
    public const int Lanes = 16;

    /// <summary>
    /// Convolution, backward. The images whose weight gradients are summed in one buffer; cuts the sum. Where other programs disturb one of two threads,
    /// the other waits at the end of a pass for a part of a chunk: with eight images for 4 % of the backward pass, with four for less than 2. Fewer would
    /// make more buffers to add up.
    /// </summary>
    public const int ConvImages = 4;

    /// <summary>
    /// Convolution with few pixels, backward. The output pixels, in whole images, whose weight gradients are summed in one buffer; cuts the sum. Each number
    /// of the buffer is written once for as many multiply-adds.
    /// </summary>
    public const int ConvPixels = 256;

    /// <summary>Convolution with images in lanes, backward. The bytes of dz that one pass over the weights' sums reads, unless a row has more: half of a first-level cache.</summary>
    public const int ConvLaneGradientBytes = 16 * 1024;

    /// <summary>Winograd. The tiles that pass through the 36 products together: enough that the weights U, read anew for each group, are not what takes the time.</summary>
    public const int WinogradTiles = 18;

    /// <summary>Winograd, the gradient of the weights. The tiles that pass through the 36 products together, or a row of them: the sums go on from group to group.</summary>
    public const int WinogradGradientTiles = 32;

    /// <summary>
    /// Winograd, the gradient of the weights. The tiles, in whole images, whose gradients are summed in one buffer at least; cuts the sum. With twice as many it
    /// takes a tenth less time, and leaves four buffers of a batch of 128 images of 7x7 for the threads to share.
    /// </summary>
    public const int WinogradBufferTiles = 64;

    /// <summary>Winograd, the gradient of the weights. The pixels of an output image from which on it is worth it: fewer leave most of a tile empty.</summary>
    public const int WinogradGradientPixels = 16;

    /// <summary>Convolution and pooling, backward. What is read of x at a time: it should stay in a first-level cache.</summary>
    public const int PooledBandBytes = 28 * 1024;

    /// <summary>Dense, forward. The items of a chunk of outputs, a whole number of tiles of six rows: with <see cref="DenseUnits"/> it fits the second-level cache.</summary>
    public const int DenseItems = 48;

    /// <summary>Dense, forward. The units of such a chunk: four vectors of the widest, and 256 bytes of each row of the weights on end.</summary>
    public const int DenseUnits = 64;

    /// <summary>Dense, forward. The inputs that are summed while their weights are in cache; the sum goes on where it was, so it is not cut.</summary>
    public const int DenseInputs = 256;

    /// <summary>Dense, forward. The inputs of a part of a long sum, at least; cuts the sum. The parts' sums are written, and read again.</summary>
    public const int DensePartInputs = 1024;

    /// <summary>
    /// Dense, forward. The most parts of a long sum; cuts it. Eight parts, which the 9,216 inputs of the README's network make, let two threads end together
    /// though the middle of an image has fewer zeros than its edges; with four the first to end waited for an eighth of the time.
    /// </summary>
    public const int DenseMostParts = 8;

    /// <summary>Dense, forward. The items whose parts are added at a time: some 64 KiB, a microsecond or two.</summary>
    public const int DensePartItems = 16;

    /// <summary>Dense for few items. The units of a chunk: enough to read 256 bytes of each row on end, and few enough to share out 256 units to four threads.</summary>
    public const int DenseFewItemsUnits = 64;

    /// <summary>Dense from sparse inputs. The inputs of a block: the 256 units of their weights take 32 KiB.</summary>
    public const int DenseSparseInputs = 32;

    /// <summary>
    /// Dense from sparse inputs. The most items that share a reading of the weights, and the fewest. Each output is a sum of its own, so that how the items
    /// are shared out among threads changes no bit.
    /// </summary>
    public const int DenseSparseMostItems = 128, DenseSparseFewestItems = 8;

    /// <summary>Dense, backward. The inputs of one chunk, a whole number of tiles of six; the rows of them that belong to 64 units take 24 KiB.</summary>
    public const int DenseBackwardInputs = 96;

    /// <summary>Dense, backward. The units that are summed while the weights of 64 inputs are in the first-level cache.</summary>
    public const int DenseBackwardUnits = 128;

    /// <summary>Batch normalization. The elements of a chunk, which cuts the sums: they stay in a second-level cache between the passes over them.</summary>
    public const int BatchNormElements = 16 * 1024;

    /// <summary>Batch normalization. The rows of a chunk at least, so that its sums are few beside it, and at most, so that they are short.</summary>
    public const int BatchNormLeastRows = 16, BatchNormMostRows = 256;

    /// <summary>Batch normalization. The rows whose sum is rounded as one number of a chunk's: partial sums stay small, and with them what rounding takes.</summary>
    public const int BatchNormSumRows = 16;

    /// <summary>Layer normalization, backward. The rows of a chunk whose gradients are summed together, which cuts the sum: its sums are few beside it.</summary>
    public const int LayerNormRows = 64;

    /// <summary>The chunks of a flat loop.</summary>
    public static int FlatChunks(int count) => Chunks(count, FlatChunk);

    /// <summary>How many chunks of at most <paramref name="chunk"/> it takes to cover <paramref name="extent"/>.</summary>
    public static int Chunks(int extent, int chunk) => (extent + chunk - 1) / chunk;

    /// <summary>At least <paramref name="floats"/> floats, as a whole number of cache lines.</summary>
    public static nint Aligned(nint floats) => (floats + Lanes - 1) / Lanes * Lanes;
}
