using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A product by groups of 256 threads of which each has 4x4 elements in registers, a tile of 64x64: for small products, which larger tiles
/// would cut into fewer groups than a device has multiprocessors, and for factors that are read element by element.
/// <code>
///               tx = 0 .. 15
///            +------+------+---
///    ty = 0  | 4x4  | 4x4  |        a step is 16 inner indices: each thread brings one vector of each factor
///       ..   +------+------+
///       15   | 4x4  | 4x4  |
/// </code>
/// Group (x, y, z) computes row tile x and column tile y of part z, each element in the order of <see cref="Product8x8"/>.
/// </summary>
internal static class Product4x4
{
    /// <summary>The rows and the columns of a tile.</summary>
    public const int Tile = 64;

    /// <summary>The threads of a group.</summary>
    public const int Threads = 256;

    /// <summary>The inner elements of a step.</summary>
    public const int Step = 16;

    /// <summary>The kernel.</summary>
    public static void Run<TLeft, TLeftCursor, TRight, TRightCursor, TOutput>(
        ArrayView<float> leftValues, ArrayView<float> rightValues, ArrayView<float> reluOutput, ArrayView<byte> winners, ArrayView<float> outputValues,
        ArrayView<float> second, ArrayView<float> third, ArrayView<float> fourth, TLeft left, TRight right, TOutput output, InnerSizes sizes)
        where TLeft : unmanaged, IOperand<TLeft, TLeftCursor>
        where TLeftCursor : unmanaged
        where TRight : unmanaged, IOperand<TRight, TRightCursor>
        where TRightCursor : unmanaged
        where TOutput : unmanaged, IOutput<TOutput>
    {
        var memory = new ProductMemory(leftValues, rightValues, reluOutput, winners, outputValues, second, third, fourth);
        var leftMemory = new OperandMemory(leftValues, reluOutput, winners);
        var rightMemory = new OperandMemory(rightValues, reluOutput, winners);
        ArrayView<Float4> a = SharedMemory.Allocate<Float4>(2 * Step * 17);
        ArrayView<Float4> b = SharedMemory.Allocate<Float4>(2 * Step * 17);
        int thread = Group.IdxX, tx = thread & 15, ty = thread >> 4;
        int row = Grid.IdxX * Tile, column = Grid.IdxY * Tile, part = Grid.IdxZ;
        int first = part * sizes.PartInner;
        int count = sizes.Inner - first < sizes.PartInner ? sizes.Inner - first : sizes.PartInner;
        int steps = (count + Step - 1) / Step;

        TLeftCursor atLeft = SharedTile.At<TLeft, TLeftCursor>(left, Tile, Step, thread, row, first);
        TRightCursor atRight = SharedTile.At<TRight, TRightCursor>(right, Tile, Step, thread, column, first);
        Float4 nextA = TLeft.Load(left, leftMemory, atLeft), nextB = TRight.Load(right, rightMemory, atRight);
        Block4x4 sum = default;
        float columnSum = 0;
        int stride = SharedTile.Stride(Tile);
        int placeA = SharedTile.Place<TLeft, TLeftCursor>(Tile, Step, thread), placeB = SharedTile.Place<TRight, TRightCursor>(Tile, Step, thread);
        int buffer = 0;
        for (int step = 0; step < steps; step++)
        {
            int at = buffer * Step * stride;
            SharedTile.Store<TLeft, TLeftCursor>(a, at, stride, placeA, nextA);
            SharedTile.Store<TRight, TRightCursor>(b, at, stride, placeB, nextB);

            // One barrier a step: who is past it may fill the other buffer, which all have read before they came here.
            Group.Barrier();
            if (step + 1 < steps)
            {
                atLeft = TLeft.Advance(left, atLeft, Step);
                nextA = TLeft.Load(left, leftMemory, atLeft);
                atRight = TRight.Advance(right, atRight, Step);
                nextB = TRight.Load(right, rightMemory, atRight);
            }

            int readA = at + ty, readB = at + tx;
            for (int k = 0; k < Step; k += 4, readA += 4 * stride, readB += 4 * stride)
            {
                ArrayView<Float4> fromA = a.SubView(readA), fromB = b.SubView(readB);
                sum = Block4x4.AddProduct(sum, fromA[0], fromB[0]);
                sum = Block4x4.AddProduct(sum, fromA[stride], fromB[stride]);
                sum = Block4x4.AddProduct(sum, fromA[2 * stride], fromB[2 * stride]);
                sum = Block4x4.AddProduct(sum, fromA[3 * stride], fromB[3 * stride]);
            }

            if (TOutput.SumsColumns && row == 0 && thread < Tile)
            {
                columnSum = SharedTile.AddColumn(columnSum, b, at, Tile, Step, thread);
            }

            buffer ^= 1;
        }

        TOutput.Store(output, memory, part, row + (4 * ty), column + (4 * tx), sum);
        if (TOutput.SumsColumns && row == 0 && thread < Tile)
        {
            TOutput.StoreColumnSum(output, memory, part, column + thread, columnSum);
        }
    }
}
