namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The gradients of weights and of a bias: the product, and the sums of the columns of its right factor in the second memory. Each part
/// of the inner dimension has both, one part behind the other.
/// </summary>
/// <param name="rows">The rows of the weights.</param>
/// <param name="columns">The columns of the weights, and the elements of the bias.</param>
internal readonly struct GradientOutput(int rows, int columns) : IOutput<GradientOutput>
{
    private readonly int _rows = rows;
    private readonly int _columns = columns;

    public static bool SumsColumns => true;

    /// <summary>The elements of a part.</summary>
    public static int PartCount(int rows, int columns) => (rows * columns) + columns;

    public static void Store(GradientOutput self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        if (column < self._columns)
        {
            int first = (part * PartCount(self._rows, self._columns)) + (row * self._columns) + column;
            StoreRow(self, memory, first, row, column, sum.Row0);
            StoreRow(self, memory, first + self._columns, row + 1, column, sum.Row1);
            StoreRow(self, memory, first + (2 * self._columns), row + 2, column, sum.Row2);
            StoreRow(self, memory, first + (3 * self._columns), row + 3, column, sum.Row3);
        }
    }

    public static void StoreColumnSum(GradientOutput self, ProductMemory memory, int part, int column, float sum)
    {
        if (column < self._columns)
        {
            memory.Second[(part * PartCount(self._rows, self._columns)) + column] = sum;
        }
    }

    private static void StoreRow(GradientOutput self, ProductMemory memory, int index, int row, int column, Float4 sum)
    {
        if (row < self._rows)
        {
            Rows.Store(memory.Output, index, column, self._columns, sum);
        }
    }
}
