using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Kernels;

/// <summary>Cuts a matrix product into register tiles.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>The rows of a full tile.</summary>
    public const int TileRows = 6;

    /// <summary>
    /// Computes <paramref name="rows"/> x <paramref name="columns"/> of C. Columns go in blocks as wide as a tile, the last one
    /// through a buffer if it is no full vector; rows go by six, and the last few one by one, or, where C is only written, as
    /// one more tile of six, or of three where those do, that ends at the last row and computes some rows twice.
    /// </summary>
    public static void Run<TSimd, TVec, TEpilogue>(in TileOperands operands, int rows, int columns, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        int column = 0;
        if (TSimd.HasManyRegisters)
        {
            for (; columns - column >= 4 * w; column += 4 * w)
            {
                Rows<TSimd, TVec, TEpilogue>(operands, 4, rows, column, epilogue);
            }
        }

        for (; columns - column >= 2 * w; column += 2 * w)
        {
            Rows<TSimd, TVec, TEpilogue>(operands, 2, rows, column, epilogue);
        }

        for (; columns - column >= w; column += w)
        {
            Rows<TSimd, TVec, TEpilogue>(operands, 1, rows, column, epilogue);
        }

        if (column < columns)
        {
            PartialVector<TSimd, TVec, TEpilogue>(operands, rows, column, columns - column, epilogue);
        }
    }

    private static void Rows<TSimd, TVec, TEpilogue>(in TileOperands operands, int vectors, int rows, int column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int row = 0;
        for (; rows - row >= TileRows; row += TileRows)
        {
            SixRows<TSimd, TVec, TEpilogue>(operands, vectors, row, column, epilogue);
        }

        if (row < rows && rows >= TileRows && !operands.Accumulate)
        {
            if (vectors == 4 && rows - row <= TileRows / 2)
            {
                Tiles.Tile3x4<TSimd, TVec, TEpilogue>(operands, rows - (TileRows / 2), column, epilogue);
                return;
            }

            SixRows<TSimd, TVec, TEpilogue>(operands, vectors, rows - TileRows, column, epilogue);
            return;
        }

        for (; row < rows; row++)
        {
            OneRow<TSimd, TVec, TEpilogue>(operands, vectors, row, column, epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixRows<TSimd, TVec, TEpilogue>(in TileOperands operands, int vectors, int row, int column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        switch (vectors)
        {
            case 4: Tiles.Tile6x4<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
            case 2: Tiles.Tile6x2<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
            default: Tiles.Tile6x1<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneRow<TSimd, TVec, TEpilogue>(in TileOperands operands, int vectors, int row, int column, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        switch (vectors)
        {
            case 4: Tiles.Tile1x4<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
            case 2: Tiles.Tile1x2<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
            default: Tiles.Tile1x1<TSimd, TVec, TEpilogue>(operands, row, column, epilogue); break;
        }
    }

    /// <summary>Columns that fill no vector: whole vectors are computed into a buffer, and what counts is copied.</summary>
    private static void PartialVector<TSimd, TVec, TEpilogue>(in TileOperands operands, int rows, int column, int columns, TEpilogue epilogue)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TEpilogue : struct, IEpilogue
    {
        int w = TSimd.Width;
        float* buffer = stackalloc float[TileRows * w];
        for (int row = 0; row < rows; row += TileRows)
        {
            int tileRows = Math.Min(TileRows, rows - row);
            TileOperands tile = operands.At(row, column);
            float* c = tile.C;
            tile.C = buffer;
            tile.CRow = w;
            if (operands.Accumulate)
            {
                Copy(c, operands.CRow, buffer, w, tileRows, columns);
            }

            Rows<TSimd, TVec, TEpilogue>(tile, 1, tileRows, 0, epilogue);
            Copy(buffer, w, c, operands.CRow, tileRows, columns);
        }
    }

    private static void Copy(float* source, nint sourceRow, float* destination, nint destinationRow, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source + (row * sourceRow), columns).CopyTo(new Span<float>(destination + (row * destinationRow), columns));
        }
    }
}
