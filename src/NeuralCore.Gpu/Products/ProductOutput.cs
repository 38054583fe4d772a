namespace NeuralCore.Gpu.Kernels;

/// <summary>A product in memory, with a bias (the second memory) and a ReLU if there are; each part of the inner dimension in a matrix of its own, one behind the other.</summary>
/// <param name="rows">The rows.</param>
/// <param name="columns">The columns.</param>
/// <param name="hasBias">1 where a bias is added, else 0.</param>
/// <param name="isRelu">1 where a ReLU follows, else 0.</param>
internal readonly struct ProductOutput(int rows, int columns, int hasBias, int isRelu) : IOutput<ProductOutput>
{
    private readonly int _rows = rows;
    private readonly int _columns = columns;
    private readonly int _hasBias = hasBias;
    private readonly int _isRelu = isRelu;

    public static bool SumsColumns => false;

    public static void Store(ProductOutput self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        if (column >= self._columns)
        {
            return;
        }

        Float4 bias = self._hasBias == 0 ? default : Rows.Load(memory.Second, column, column, self._columns);
        int first = ((part * self._rows) + row) * self._columns;
        StoreRow(self, memory, first + column, row, column, sum.Row0, bias);
        StoreRow(self, memory, first + self._columns + column, row + 1, column, sum.Row1, bias);
        StoreRow(self, memory, first + (2 * self._columns) + column, row + 2, column, sum.Row2, bias);
        StoreRow(self, memory, first + (3 * self._columns) + column, row + 3, column, sum.Row3, bias);
    }

    public static void StoreColumnSum(ProductOutput self, ProductMemory memory, int part, int column, float sum)
    {
    }

    private static void StoreRow(ProductOutput self, ProductMemory memory, int index, int row, int column, Float4 sum, Float4 bias)
    {
        if (row < self._rows)
        {
            Float4 value = self._hasBias == 0 ? sum : Float4.Add(sum, bias);
            Rows.Store(memory.Output, index, column, self._columns, self._isRelu == 0 ? value : Rows.Relu(value));
        }
    }
}
