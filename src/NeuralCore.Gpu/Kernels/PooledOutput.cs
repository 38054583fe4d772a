namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The output of a convolution through bias (the second memory), ReLU, a max-pooling of 2x2 and a dropout, of which there need be neither ReLU nor
/// dropout. The four rows that a thread has are the four pixels of a window, so what lies between the convolution and the pooling is
/// never written. The winners are those of <see cref="Ops.MaxPool2DReference"/>.
/// </summary>
/// <param name="rows">The pixels in windows.</param>
/// <param name="columns">The filters.</param>
/// <param name="isRelu">1 where there is a ReLU, else 0.</param>
/// <param name="hasDropout">1 where there is a dropout, else 0.</param>
/// <param name="mask">Its mask.</param>
internal readonly struct PooledOutput(int rows, int columns, int isRelu, int hasDropout, MaskKey mask) : IOutput<PooledOutput>
{
    private readonly int _rows = rows;
    private readonly int _columns = columns;
    private readonly int _isRelu = isRelu;
    private readonly int _hasDropout = hasDropout;
    private readonly MaskKey _mask = mask;

    public static bool SumsColumns => false;

    public static void Store(PooledOutput self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        if (row >= self._rows || column >= self._columns)
        {
            return;
        }

        int index = ((row >> 2) * self._columns) + column;
        Float4 bias = Rows.Load(memory.Second, column, column, self._columns);
        Maximum x = Maximum.Of(self._isRelu, bias.X, sum.Row0.X, sum.Row1.X, sum.Row2.X, sum.Row3.X);
        Maximum y = Maximum.Of(self._isRelu, bias.Y, sum.Row0.Y, sum.Row1.Y, sum.Row2.Y, sum.Row3.Y);
        Maximum z = Maximum.Of(self._isRelu, bias.Z, sum.Row0.Z, sum.Row1.Z, sum.Row2.Z, sum.Row3.Z);
        Maximum w = Maximum.Of(self._isRelu, bias.W, sum.Row0.W, sum.Row1.W, sum.Row2.W, sum.Row3.W);
        var value = new Float4(x.Value, y.Value, z.Value, w.Value);
        if (self._hasDropout != 0)
        {
            value = new Float4(Drop(self._mask, index, x.Value), Drop(self._mask, index + 1, y.Value), Drop(self._mask, index + 2, z.Value), Drop(self._mask, index + 3, w.Value));
        }

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

    private static float Drop(MaskKey mask, int index, float value) => Philox.Keeps(mask, index) ? mask.Scale * value : 0;
}

/// <summary>The largest of a window's activations, and which it is.</summary>
internal readonly struct Maximum(float value, int winner)
{
    public readonly float Value = value;
    public readonly int Winner = winner;

    /// <summary>The first maximum of activation(sum + bias); a NaN wins over every number, and a later NaN over an earlier one.</summary>
    internal static Maximum Of(int isRelu, float bias, float sum0, float sum1, float sum2, float sum3)
    {
        var best = new Maximum(Activation(isRelu, sum0 + bias), 0);
        best = Better(best, Activation(isRelu, sum1 + bias), 1);
        best = Better(best, Activation(isRelu, sum2 + bias), 2);
        return Better(best, Activation(isRelu, sum3 + bias), 3);
    }

    private static float Activation(int isRelu, float value) => isRelu == 0 ? value : ReluKernels.Rectify(value);

    private static Maximum Better(Maximum best, float value, int index) =>
        value > best.Value || MaxPoolKernels.IsNaN(value) ? new Maximum(value, index) : best;
}
