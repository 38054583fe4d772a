namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The output of a convolution through bias (the second memory), ReLU, a max-pooling of 2x2 and a dropout, of which there need be neither ReLU nor
/// dropout. The four rows that a thread has are the four pixels of a window, so what lies between the convolution and the pooling is
/// never written. The winners are those of <see cref="Ops.MaxPool2DReference"/>.
/// </summary>
/// <param name="rows">The pixels in windows.</param>
/// <param name="columns">The filters.</param>
/// <param name="epilogue">ReLU and dropout.</param>
internal readonly struct PooledOutput(int rows, int columns, WindowEpilogue epilogue) : IOutput<PooledOutput>
{
    private readonly int _rows = rows;
    private readonly int _columns = columns;
    private readonly WindowEpilogue _epilogue = epilogue;

    public static bool SumsColumns => false;

    public static void Store(PooledOutput self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        if (row >= self._rows || column >= self._columns)
        {
            return;
        }

        int index = ((row >> 2) * self._columns) + column;
        WindowEpilogue epilogue = self._epilogue;
        Float4 bias = Rows.Load(memory.Second, column, column, self._columns);
        Maximum x = epilogue.Largest(bias.X, sum.Row0.X, sum.Row1.X, sum.Row2.X, sum.Row3.X);
        Maximum y = epilogue.Largest(bias.Y, sum.Row0.Y, sum.Row1.Y, sum.Row2.Y, sum.Row3.Y);
        Maximum z = epilogue.Largest(bias.Z, sum.Row0.Z, sum.Row1.Z, sum.Row2.Z, sum.Row3.Z);
        Maximum w = epilogue.Largest(bias.W, sum.Row0.W, sum.Row1.W, sum.Row2.W, sum.Row3.W);
        var value = new Float4(
            epilogue.Drop(index, x.Value), epilogue.Drop(index + 1, y.Value), epilogue.Drop(index + 2, z.Value), epilogue.Drop(index + 3, w.Value));
        Rows.Store(memory.Output, index, column, self._columns, value);
        if (memory.Winners.Length == 0)
        {
            return;
        }

        if ((self._columns & 3) == 0)
        {
            memory.Winners.Cast<uint>()[index >> 2] = (uint)(x.Winner | (y.Winner << 8) | (z.Winner << 16) | (w.Winner << 24));
            return;
        }

        memory.Winners[index] = (byte)x.Winner;
        if (column + 1 < self._columns)
        {
            memory.Winners[index + 1] = (byte)y.Winner;
        }

        if (column + 2 < self._columns)
        {
            memory.Winners[index + 2] = (byte)z.Winner;
        }

        if (column + 3 < self._columns)
        {
            memory.Winners[index + 3] = (byte)w.Winner;
        }
    }

    public static void StoreColumnSum(PooledOutput self, ProductMemory memory, int part, int column, float sum)
    {
    }
}
