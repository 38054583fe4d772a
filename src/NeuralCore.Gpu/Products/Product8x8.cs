using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// A product by groups of threads of which each has 8x8 elements in registers: 64 multiply-adds for 16 values of shared memory.
/// <code>
///                     columns            thread (ty, tx) of the group has four blocks of 4x4:
///               tx  ...   tx  ...
///            +------+---+------+---+     rows     4 ty .. 4 ty + 3  and  Rows / 2 + 4 ty ..
///        ty  | 4x4  |   | 4x4  |   |     columns  4 tx .. 4 tx + 3  and  Columns / 2 + 4 tx ..
///       ...  +------+   +------+   |
///        ty  | 4x4  |   | 4x4  |   |     so a warp's vectors lie side by side in shared memory
///            +------+---+------+---+
/// </code>
/// Group (x, y, z) computes row tile x and column tile y of part z. Each element is one chain of multiply-adds along the inner
/// dimension, in order, whatever the tile.
/// </summary>
internal static class Product8x8
{
    /// <summary>The inner elements of a step.</summary>
    public const int Step = 8;

    /// <summary>The kernel.</summary>
    public static void Run<TTile, TLeft, TLeftCursor, TRight, TRightCursor, TOutput>(
        ArrayView<float> leftValues, ArrayView<float> rightValues, ArrayView<float> reluOutput, ArrayView<byte> winners, ArrayView<float> outputValues,
        ArrayView<float> second, ArrayView<float> third, ArrayView<float> fourth, TLeft left, TRight right, TOutput output, InnerSizes sizes)
        where TTile : struct, IBlockTile
        where TLeft : unmanaged, IOperand<TLeft, TLeftCursor>
        where TLeftCursor : unmanaged
        where TRight : unmanaged, IOperand<TRight, TRightCursor>
        where TRightCursor : unmanaged
        where TOutput : unmanaged, IOutput<TOutput>
    {
        var memory = new ProductMemory(leftValues, rightValues, reluOutput, winners, outputValues, second, third, fourth);
        var leftMemory = new OperandMemory(leftValues, reluOutput, winners);
        var rightMemory = new OperandMemory(rightValues, reluOutput, winners);
        ArrayView<Float4> a = TTile.AllocateLeft();
        ArrayView<Float4> b = TTile.AllocateRight();
        int thread = Group.IdxX, tx = thread & ((TTile.Columns / 8) - 1), ty = thread / (TTile.Columns / 8);
        int row = Grid.IdxX * TTile.Rows, column = Grid.IdxY * TTile.Columns, part = Grid.IdxZ;
        int first = part * sizes.PartInner;
        int count = sizes.Inner - first < sizes.PartInner ? sizes.Inner - first : sizes.PartInner;
        int steps = (count + Step - 1) / Step;

        // The vectors of a step that this thread brings. Those that it has not are never used, and the compiler drops them.
        int slotA0 = thread, slotA1 = thread + TTile.Threads, slotA2 = thread + (2 * TTile.Threads), slotA3 = thread + (3 * TTile.Threads);
        int slotB0 = thread, slotB1 = thread + TTile.Threads;
        TLeftCursor a0 = SharedTile.At<TLeft, TLeftCursor>(left, TTile.Rows, Step, slotA0, row, first), a1 = a0, a2 = a0, a3 = a0;
        TRightCursor b0 = SharedTile.At<TRight, TRightCursor>(right, TTile.Columns, Step, slotB0, column, first), b1 = b0;
        if (TTile.LeftLoads > 1)
        {
            a1 = SharedTile.At<TLeft, TLeftCursor>(left, TTile.Rows, Step, slotA1, row, first);
        }

        if (TTile.LeftLoads > 2)
        {
            a2 = SharedTile.At<TLeft, TLeftCursor>(left, TTile.Rows, Step, slotA2, row, first);
            a3 = SharedTile.At<TLeft, TLeftCursor>(left, TTile.Rows, Step, slotA3, row, first);
        }

        if (TTile.RightLoads > 1)
        {
            b1 = SharedTile.At<TRight, TRightCursor>(right, TTile.Columns, Step, slotB1, column, first);
        }

        Float4 nextA0 = TLeft.Load(left, leftMemory, a0), nextA1 = default, nextA2 = default, nextA3 = default;
        Float4 nextB0 = TRight.Load(right, rightMemory, b0), nextB1 = default;
        if (TTile.LeftLoads > 1)
        {
            nextA1 = TLeft.Load(left, leftMemory, a1);
        }

        if (TTile.LeftLoads > 2)
        {
            nextA2 = TLeft.Load(left, leftMemory, a2);
            nextA3 = TLeft.Load(left, leftMemory, a3);
        }

        if (TTile.RightLoads > 1)
        {
            nextB1 = TRight.Load(right, rightMemory, b1);
        }

        int strideA = SharedTile.Stride(TTile.Rows), strideB = SharedTile.Stride(TTile.Columns);
        int placeA0 = SharedTile.Place<TLeft, TLeftCursor>(TTile.Rows, Step, slotA0), placeA1 = SharedTile.Place<TLeft, TLeftCursor>(TTile.Rows, Step, slotA1);
        int placeA2 = SharedTile.Place<TLeft, TLeftCursor>(TTile.Rows, Step, slotA2), placeA3 = SharedTile.Place<TLeft, TLeftCursor>(TTile.Rows, Step, slotA3);
        int placeB0 = SharedTile.Place<TRight, TRightCursor>(TTile.Columns, Step, slotB0), placeB1 = SharedTile.Place<TRight, TRightCursor>(TTile.Columns, Step, slotB1);
        Block8x8 sum = default;
        float columnSum = 0;
        int buffer = 0;
        for (int step = 0; step < steps; step++)
        {
            int atA = buffer * Step * strideA, atB = buffer * Step * strideB;
            SharedTile.Store<TLeft, TLeftCursor>(a, atA, strideA, placeA0, nextA0);
            SharedTile.Store<TRight, TRightCursor>(b, atB, strideB, placeB0, nextB0);
            if (TTile.LeftLoads > 1)
            {
                SharedTile.Store<TLeft, TLeftCursor>(a, atA, strideA, placeA1, nextA1);
            }

            if (TTile.LeftLoads > 2)
            {
                SharedTile.Store<TLeft, TLeftCursor>(a, atA, strideA, placeA2, nextA2);
                SharedTile.Store<TLeft, TLeftCursor>(a, atA, strideA, placeA3, nextA3);
            }

            if (TTile.RightLoads > 1 && slotB1 < Step / 4 * TTile.Columns)
            {
                SharedTile.Store<TRight, TRightCursor>(b, atB, strideB, placeB1, nextB1);
            }

            // One barrier a step: who is past it may fill the other buffer, which all have read before they came here.
            Group.Barrier();
            if (step + 1 < steps)
            {
                a0 = TLeft.Advance(left, a0, Step);
                nextA0 = TLeft.Load(left, leftMemory, a0);
                b0 = TRight.Advance(right, b0, Step);
                nextB0 = TRight.Load(right, rightMemory, b0);
                if (TTile.LeftLoads > 1)
                {
                    a1 = TLeft.Advance(left, a1, Step);
                    nextA1 = TLeft.Load(left, leftMemory, a1);
                }

                if (TTile.LeftLoads > 2)
                {
                    a2 = TLeft.Advance(left, a2, Step);
                    nextA2 = TLeft.Load(left, leftMemory, a2);
                    a3 = TLeft.Advance(left, a3, Step);
                    nextA3 = TLeft.Load(left, leftMemory, a3);
                }

                if (TTile.RightLoads > 1)
                {
                    b1 = TRight.Advance(right, b1, Step);
                    nextB1 = TRight.Load(right, rightMemory, b1);
                }
            }

            if (TOutput.SumsColumns && row == 0 && thread < TTile.Columns)
            {
                columnSum = SharedTile.AddColumn(columnSum, b, atB, TTile.Columns, Step, thread);
            }

            // Two inner elements at a time: of more, the compiler has the vectors of all in registers at once. From where the thread reads on,
            // the distances are constants, which cost no instruction.
            int readA = atA + ty, readB = atB + tx;
            for (int k = 0; k < Step; k += 2, readA += 2 * strideA, readB += 2 * strideB)
            {
                ArrayView<Float4> fromA = a.SubView(readA), fromB = b.SubView(readB);
                sum = AddProduct<TTile>(sum, fromA, fromB, 0, 0);
                sum = AddProduct<TTile>(sum, fromA, fromB, strideA, strideB);
            }

            buffer ^= 1;
        }

        int storeRow = row + (4 * ty), storeColumn = column + (4 * tx);
        TOutput.Store(output, memory, part, storeRow, storeColumn, sum.UpperNear);
        TOutput.Store(output, memory, part, storeRow, storeColumn + (TTile.Columns / 2), sum.UpperFar);
        TOutput.Store(output, memory, part, storeRow + (TTile.Rows / 2), storeColumn, sum.LowerNear);
        TOutput.Store(output, memory, part, storeRow + (TTile.Rows / 2), storeColumn + (TTile.Columns / 2), sum.LowerFar);
        if (TOutput.SumsColumns && row == 0 && thread < TTile.Columns)
        {
            TOutput.StoreColumnSum(output, memory, part, column + thread, columnSum);
        }
    }

    private static Block8x8 AddProduct<TTile>(Block8x8 sum, ArrayView<Float4> a, ArrayView<Float4> b, int atA, int atB)
        where TTile : struct, IBlockTile
    {
        Float4 upper = a[atA], lower = a[atA + (TTile.Rows / 8)];
        Float4 near = b[atB], far = b[atB + (TTile.Columns / 8)];
        return new Block8x8(
            Block4x4.AddProduct(sum.UpperNear, upper, near),
            Block4x4.AddProduct(sum.UpperFar, upper, far),
            Block4x4.AddProduct(sum.LowerNear, lower, near),
            Block4x4.AddProduct(sum.LowerFar, lower, far));
    }
}

/// <summary>A thread's part of a tile.</summary>
internal readonly struct Block8x8(Block4x4 upperNear, Block4x4 upperFar, Block4x4 lowerNear, Block4x4 lowerFar)
{
    public readonly Block4x4 UpperNear = upperNear;
    public readonly Block4x4 UpperFar = upperFar;
    public readonly Block4x4 LowerNear = lowerNear;
    public readonly Block4x4 LowerFar = lowerFar;
}
