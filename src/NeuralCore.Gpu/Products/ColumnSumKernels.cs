using ILGPU;
using ILGPU.Runtime;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The sums of a matrix's columns, which are a bias's gradient: rows are cut into slices, each group sums a slice of 32 columns, and a second
/// kernel adds the slices. How it is cut depends on the sizes alone, and trees are of fixed shape: the same bits every time.
/// </summary>
internal sealed class ColumnSumKernels(KernelLoader loader)
{
    /// <summary>The columns of a group: a warp reads a row of them at once.</summary>
    internal const int Columns = 32;

    /// <summary>The rows that a group reads at once.</summary>
    internal const int Lanes = 8;

    /// <summary>The slices at most: enough to fill a large GPU, few enough to be added by one thread a column.</summary>
    private const int MostSlices = 256;

    /// <summary>The rows of a slice at least.</summary>
    private const int LeastRows = 64;

    private readonly Kernel<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>, ArrayView<float>>> _slices =
        loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>, ArrayView<float>>>(SumSlicesKernel);

    /// <summary>The elements of scratch that <see cref="Sum"/> takes.</summary>
    public static long ScratchCount(int rows, int columns)
    {
        int slices = Slices(rows);
        return slices == 1 ? 0 : (long)slices * columns;
    }

    /// <summary>sums[j] = the sum of column j of a matrix in row-major order.</summary>
    /// <param name="stream">Where to queue it.</param>
    /// <param name="rows">The matrix's rows.</param>
    /// <param name="columns">The matrix's columns.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="sums">Receives a sum a column.</param>
    /// <param name="scratch">Has <see cref="ScratchCount"/> elements.</param>
    public void Sum(AcceleratorStream stream, int rows, int columns, ArrayView<float> matrix, ArrayView<float> sums, ArrayView<float> scratch)
    {
        int slices = Slices(rows);
        _slices.Next(stream, Groups(columns, slices), rows, columns, RowsPerSlice(rows), matrix, slices == 1 ? sums : scratch);
        if (slices > 1)
        {
            AddSlices(stream, slices, columns, scratch, sums);
        }
    }

    /// <summary>sums[j] = the sum of column j of slices' sums.</summary>
    public void AddSlices(AcceleratorStream stream, int slices, int columns, ArrayView<float> source, ArrayView<float> sums) =>
        _slices.Next(stream, Groups(columns, 1), slices, columns, slices, source, sums);

    /// <summary>A group sums 32 columns of a slice: eight lanes of rows, then a tree over the lanes.</summary>
    public static void SumSlicesKernel(int rows, int columns, int rowsPerSlice, ArrayView<float> matrix, ArrayView<float> sums)
    {
        ArrayView<float> lanes = SharedMemory.Allocate<float>(Columns * Lanes);
        int lane = Group.IdxX / Columns;
        int column = (Grid.IdxX * Columns) + (Group.IdxX % Columns);
        int first = Grid.IdxY * rowsPerSlice;
        int end = first + rowsPerSlice < rows ? first + rowsPerSlice : rows;
        float sum = 0f;
        if (column < columns)
        {
            for (int row = first + lane; row < end; row += Lanes)
            {
                sum += matrix[((long)row * columns) + column];
            }
        }

        lanes[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                lanes[Group.IdxX] += lanes[Group.IdxX + (half * Columns)];
            }

            Group.Barrier();
        }

        if (lane == 0 && column < columns)
        {
            sums[((long)Grid.IdxY * columns) + column] = lanes[Group.IdxX];
        }
    }

    /// <summary>The number of slices that rows are cut into.</summary>
    internal static int Slices(int rows) => ((rows - 1) / RowsPerSlice(rows)) + 1;

    /// <summary>The rows of a slice.</summary>
    internal static int RowsPerSlice(int rows) => Math.Max(LeastRows, ((rows - 1) / MostSlices) + 1);

    /// <summary>The number of groups that sum the columns of slices.</summary>
    internal static KernelConfig Groups(int columns, int slices) => new(new Index2D(((columns - 1) / Columns) + 1, slices), new Index2D(Columns * Lanes, 1));
}
