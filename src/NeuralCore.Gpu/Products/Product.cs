using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The sizes of a product: rows x columns, the inner dimension, and the parts that are summed each for itself.</summary>
internal readonly record struct ProductSizes(int Rows, int Columns, InnerSizes Inner, int Parts = 1)
{
    /// <summary>A product that is not cut.</summary>
    public ProductSizes(int rows, int columns, int inner)
        : this(rows, columns, new InnerSizes(inner, inner))
    {
    }
}

/// <summary>Launches the products of one kind of factors and one kind of output, each in the tile that suits its sizes.</summary>
/// <param name="loader">Compiles the kernels, each when it is first needed.</param>
/// <param name="tiles">Chooses the tile.</param>
internal sealed class Product<TLeft, TLeftCursor, TRight, TRightCursor, TOutput>(KernelLoader loader, TileChoice tiles)
    where TLeft : unmanaged, IOperand<TLeft, TLeftCursor>
    where TLeftCursor : unmanaged
    where TRight : unmanaged, IOperand<TRight, TRightCursor>
    where TRightCursor : unmanaged
    where TOutput : unmanaged, IOutput<TOutput>
{
    private readonly Kernel<Launch> _small = loader.Load<Launch>(Product4x4.Run<TLeft, TLeftCursor, TRight, TRightCursor, TOutput>);
    private readonly Kernel<Launch> _of128x128 = Load<Tile128x128>(loader, Product8x8.Run<Tile128x128, TLeft, TLeftCursor, TRight, TRightCursor, TOutput>);
    private readonly Kernel<Launch> _of128x64 = Load<Tile128x64>(loader, Product8x8.Run<Tile128x64, TLeft, TLeftCursor, TRight, TRightCursor, TOutput>);
    private readonly Kernel<Launch> _of128x32 = Load<Tile128x32>(loader, Product8x8.Run<Tile128x32, TLeft, TLeftCursor, TRight, TRightCursor, TOutput>);

    /// <summary>A product's launch.</summary>
    internal delegate void Launch(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> left, ArrayView<float> right, ArrayView<float> reluOutput, ArrayView<byte> winners,
        ArrayView<float> output, ArrayView<float> second, ArrayView<float> third, ArrayView<float> fourth, TLeft leftSizes, TRight rightSizes,
        TOutput outputSizes, InnerSizes inner);

    private static bool IsVector => TLeft.IsVector && TRight.IsVector;

    /// <summary>Queues a product.</summary>
    public void Run(AcceleratorStream stream, ProductMemory memory, TLeft left, TRight right, TOutput output, ProductSizes sizes)
    {
        Tile tile = IsVector ? tiles.Of(sizes.Rows, sizes.Columns, sizes.Parts) : Tile.Small;
        Kernel<Launch> kernel = tile switch
        {
            Tile.Of128x128 => _of128x128,
            Tile.Of128x64 => _of128x64,
            Tile.Of128x32 => _of128x32,
            _ => _small,
        };
        kernel.Next(
            stream, TileChoice.Groups(tile, sizes.Rows, sizes.Columns, sizes.Parts), memory.Left, memory.Right, memory.ReluOutput, memory.Winners, memory.Output,
            memory.Second, memory.Third, memory.Fourth, left, right, output, sizes.Inner);
    }

    /// <summary>Factors that are read element by element have the small tile alone.</summary>
    private static Kernel<Launch> Load<TTile>(KernelLoader loader, Delegate kernel)
        where TTile : struct, IBlockTile =>
        IsVector ? loader.Load<Launch>(kernel, new KernelSpecialization(TTile.Threads, TTile.Residents)) : default;
}
