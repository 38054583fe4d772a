using System.Runtime.CompilerServices;

namespace NeuralCore.Course;

/// <summary>The matrix product that chapter 6 arrives at: c = a b with register tiles, blocks and packing.</summary>
public static unsafe class Product
{
    /// <summary>The rows of a tile.</summary>
    public const int Rows = 6;

    private const int DepthOfBlock = 256, RowsOfBlock = 96;

    /// <summary>The columns of a tile, in floats: two vectors.</summary>
    public static int Columns<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged => 2 * TLanes.Width;

    /// <summary>
    /// Adds to a tile of c, 6 rows x <see cref="Columns"/>, the product of a (6 x inner) and b (inner x columns). Its twelve sums stay in registers
    /// from the first k to the last. Addresses and sizes are not checked.
    /// </summary>
    /// <param name="a">The left matrix: element (i, k) is at i aRow + k.</param>
    /// <param name="aRow">The floats from one row of a to the next.</param>
    /// <param name="b">The right matrix: element (k, j) is at k bRow + j.</param>
    /// <param name="bRow">The floats from one row of b to the next.</param>
    /// <param name="c">The tile: element (i, j) is at i cRow + j.</param>
    /// <param name="cRow">The floats from one row of c to the next.</param>
    /// <param name="inner">The columns of a, which are the rows of b.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<TLanes, TVec>(float* a, nint aRow, float* b, nint bRow, float* c, nint cRow, int inner)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int w = TLanes.Width;
        TVec c00 = TLanes.Load(c), c01 = TLanes.Load(c + w);
        TVec c10 = TLanes.Load(c + cRow), c11 = TLanes.Load(c + cRow + w);
        TVec c20 = TLanes.Load(c + (2 * cRow)), c21 = TLanes.Load(c + (2 * cRow) + w);
        TVec c30 = TLanes.Load(c + (3 * cRow)), c31 = TLanes.Load(c + (3 * cRow) + w);
        TVec c40 = TLanes.Load(c + (4 * cRow)), c41 = TLanes.Load(c + (4 * cRow) + w);
        TVec c50 = TLanes.Load(c + (5 * cRow)), c51 = TLanes.Load(c + (5 * cRow) + w);
        nint a2 = 2 * aRow, a3 = 3 * aRow, a4 = 4 * aRow, a5 = 5 * aRow;
        for (int k = 0; k < inner; k++)
        {
            TVec b0 = TLanes.Load(b), b1 = TLanes.Load(b + w);
            TVec x = TLanes.Create(a[0]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Create(a[aRow]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Create(a[a2]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Create(a[a3]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Create(a[a4]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Create(a[a5]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            a++;
            b += bRow;
        }

        TLanes.Store(c, c00);
        TLanes.Store(c + w, c01);
        TLanes.Store(c + cRow, c10);
        TLanes.Store(c + cRow + w, c11);
        TLanes.Store(c + (2 * cRow), c20);
        TLanes.Store(c + (2 * cRow) + w, c21);
        TLanes.Store(c + (3 * cRow), c30);
        TLanes.Store(c + (3 * cRow) + w, c31);
        TLanes.Store(c + (4 * cRow), c40);
        TLanes.Store(c + (4 * cRow) + w, c41);
        TLanes.Store(c + (5 * cRow), c50);
        TLanes.Store(c + (5 * cRow) + w, c51);
    }

    /// <summary>c = a b, all stored row by row.</summary>
    /// <param name="a">The left matrix, m x k.</param>
    /// <param name="b">The right matrix, k x n.</param>
    /// <param name="c">The product, m x n.</param>
    /// <param name="m">The rows of a and c, a multiple of <see cref="Rows"/>.</param>
    /// <param name="n">The columns of b and c, a multiple of <see cref="Columns"/>.</param>
    /// <param name="k">The columns of a and the rows of b.</param>
    /// <param name="packed">Scratch memory of <see cref="Scratch"/> floats.</param>
    /// <exception cref="ArgumentException">m or n is not a multiple of the tile's size.</exception>
    public static void Multiply<TLanes, TVec>(float* a, float* b, float* c, int m, int n, int k, float* packed)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int columns = Columns<TLanes, TVec>();
        if (m % Rows != 0 || n % columns != 0)
        {
            throw new ArgumentException($"A product of {m} x {n} does not consist of whole tiles: make the rows a multiple of {Rows} and the columns one of {columns}.");
        }

        new Span<float>(c, m * n).Clear();
        for (int from = 0; from < k; from += DepthOfBlock)
        {
            int depth = Math.Min(DepthOfBlock, k - from);
            PackColumns(b + ((nint)from * n), n, depth, columns, packed);
            for (int top = 0; top < m; top += RowsOfBlock)
            {
                int rows = Math.Min(RowsOfBlock, m - top);
                for (int left = 0; left < n; left += columns)
                {
                    for (int row = 0; row < rows; row += Rows)
                    {
                        nint place = top + row;
                        Tile<TLanes, TVec>(a + (place * k) + from, k, packed + ((nint)left * depth), columns, c + (place * n) + left, n, depth);
                    }
                }
            }
        }
    }

    /// <summary>The floats of scratch memory that a product with n columns needs.</summary>
    public static nint Scratch(int n) => DepthOfBlock * (nint)n;

    // Panels of as many columns as a tile has: within a panel, row after row without gaps.
    private static void PackColumns(float* b, int n, int depth, int columns, float* packed)
    {
        for (int left = 0; left < n; left += columns)
        {
            for (int k = 0; k < depth; k++, packed += columns)
            {
                new Span<float>(b + ((nint)k * n) + left, columns).CopyTo(new Span<float>(packed, columns));
            }
        }
    }
}
