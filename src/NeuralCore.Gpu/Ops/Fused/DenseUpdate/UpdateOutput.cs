namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The gradient of weights goes straight into an optimiser's step and is never written. The output memory holds the weights, the third and
/// the fourth what the optimiser keeps of each; the second receives the gradient of the bias.
/// </summary>
/// <param name="formula">The step.</param>
/// <param name="rows">The rows of the weights.</param>
/// <param name="columns">The columns of the weights, and the elements of the bias.</param>
internal readonly struct UpdateOutput<TFormula>(TFormula formula, int rows, int columns) : IOutput<UpdateOutput<TFormula>>
    where TFormula : unmanaged, IUpdateFormula<float>
{
    private readonly TFormula _formula = formula;
    private readonly int _rows = rows;
    private readonly int _columns = columns;

    public static bool SumsColumns => true;

    public static void Store(UpdateOutput<TFormula> self, ProductMemory memory, int part, int row, int column, Block4x4 sum)
    {
        StoreRow(self, memory, row, column, sum.Row0);
        StoreRow(self, memory, row + 1, column, sum.Row1);
        StoreRow(self, memory, row + 2, column, sum.Row2);
        StoreRow(self, memory, row + 3, column, sum.Row3);
    }

    public static void StoreColumnSum(UpdateOutput<TFormula> self, ProductMemory memory, int part, int column, float sum)
    {
        if (column < self._columns)
        {
            memory.Second[column] = sum;
        }
    }

    /// <summary>Four neighbours at once where rows hold whole vectors: one after the other, each would wait for what the one before it stores.</summary>
    private static void StoreRow(UpdateOutput<TFormula> self, ProductMemory memory, int row, int column, Float4 gradient)
    {
        if (row < self._rows && column < self._columns)
        {
            int index = (row * self._columns) + column;
            if ((self._columns & 3) == 0)
            {
                UpdateKernels.UpdateVector(self._formula, index, gradient, memory.Output, memory.Third, memory.Fourth);
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

    private static void Update(UpdateOutput<TFormula> self, ProductMemory memory, int index, int column, float gradient)
    {
        if (column < self._columns)
        {
            UpdateKernels.UpdateElement(self._formula, index, gradient, memory.Output, memory.Third, memory.Fourth);
        }
    }
}
