namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The gradient of weights goes straight into a step of Adam and is never written. The output memory holds the weights, the third and
/// the fourth their moments m and v; the second receives the gradient of the bias.
/// </summary>
/// <param name="step">The step.</param>
/// <param name="rows">The rows of the weights.</param>
/// <param name="columns">The columns of the weights, and the elements of the bias.</param>
internal readonly struct AdamOutput(AdamConstants step, int rows, int columns) : IOutput<AdamOutput>
{
    private readonly AdamConstants _step = step;
    private readonly int _rows = rows;
    private readonly int _columns = columns;

    public static bool SumsColumns => true;

    public static void Store(AdamOutput self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        StoreRow(self, memory, row, column, sum.Row0);
        StoreRow(self, memory, row + 1, column, sum.Row1);
        StoreRow(self, memory, row + 2, column, sum.Row2);
        StoreRow(self, memory, row + 3, column, sum.Row3);
    }

    public static void StoreColumnSum(AdamOutput self, ProductMemory memory, int part, int column, float sum)
    {
        if (column < self._columns)
        {
            memory.Second[column] = sum;
        }
    }

    /// <summary>Four neighbours at once where rows hold whole vectors: one after the other, each would wait for what the one before it stores.</summary>
    private static void StoreRow(AdamOutput self, ProductMemory memory, int row, int column, Float4 gradient)
    {
        if (row < self._rows && column < self._columns)
        {
            int index = (row * self._columns) + column;
            if ((self._columns & 3) == 0)
            {
                AdamKernels.UpdateVector(self._step, index, gradient, memory.Output, memory.Third, memory.Fourth);
            }
            else
            {
                Update(self, memory, index, column, gradient.X);
                Update(self, memory, index + 1, column + 1, gradient.Y);
                Update(self, memory, index + 2, column + 2, gradient.Z);
                Update(self, memory, index + 3, column + 3, gradient.W);
            }
        }
    }

    private static void Update(AdamOutput self, ProductMemory memory, int index, int column, float gradient)
    {
        if (column < self._columns)
        {
            AdamKernels.UpdateElement(self._step, index, gradient, memory.Output, memory.Third, memory.Fourth);
        }
    }
}
