namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The gradient of a convolution's output as the right factor of dw = patches' x dz: outer is a filter, inner an output pixel in the order of
/// <see cref="WindowPixel"/>. Behind a pooling only a window's winner has a gradient: dy is read where it is, and compared.
/// Filters are a multiple of 4, windows 2x2.
/// </summary>
internal readonly struct GradientsByFilter(Gradient source, ConvSizes sizes) : IOperand<GradientsByFilter, PooledCursor>
{
    private readonly Gradient _source = source;
    private readonly ConvSizes _s = sizes;

    public static bool IsAlongInner => false;

    public static bool IsVector => true;

    public static PooledCursor At(GradientsByFilter self, int outer, int inner)
    {
        int area = self._s.PoolHeight * self._s.PoolWidth, window = inner / area;
        return new PooledCursor((window * self._s.Filters) + outer, inner - (window * area), outer < self._s.Filters ? inner : self._s.WindowPixels);
    }

    public static PooledCursor Advance(GradientsByFilter self, PooledCursor cursor, int inner) => new(
        cursor.Index + ((self._s.IsPooled == 0 ? inner : inner / 4) * self._s.Filters), cursor.InWindow, cursor.Inner + inner);

    public static Float4 Load(GradientsByFilter self, OperandMemory memory, PooledCursor cursor) =>
        cursor.Inner < self._s.WindowPixels ? Pooled.VectorAt(self._source, memory, self._s.IsPooled, cursor.Index, cursor.InWindow) : default;
}

/// <summary>A place in the gradient behind a pooling: the index of dy, which pixel of the window it is asked for, and the inner index.</summary>
internal readonly struct PooledCursor(int index, int inWindow, int inner)
{
    public readonly int Index = index;
    public readonly int InWindow = inWindow;
    public readonly int Inner = inner;
}

/// <summary>
/// The same as the left factor of dx = dz x weights', gathered: outer is an input pixel, inner a term of its gradient, kernel row by kernel
/// row, column by column, filter by filter. Where the output pixel lies that a tap leads to is found once a tap.
/// Filters are a multiple of 4, windows 2x2 and side by side.
/// </summary>
internal readonly struct GradientsAtPixel(Gradient source, ConvSizes sizes) : IOperand<GradientsAtPixel, PixelGradientCursor>
{
    private readonly Gradient _source = source;
    private readonly ConvSizes _s = sizes;

    public static bool IsAlongInner => true;

    public static bool IsVector => true;

    public static PixelGradientCursor At(GradientsAtPixel self, int outer, int inner)
    {
        ConvSizes s = self._s;
        int row = outer / s.Width, image = row / s.Height;
        int tap = inner / s.Filters, u = tap / s.KernelWidth;

        // A row far above the image has no output whatever the tap.
        int y = outer < s.InputPixels ? row - (image * s.Height) + s.PadTop : -(1 << 30);
        return Find(s, image, y, outer - (row * s.Width) + s.PadLeft, u, tap - (u * s.KernelWidth), inner - (tap * s.Filters));
    }

    public static PixelGradientCursor Advance(GradientsAtPixel self, PixelGradientCursor cursor, int inner)
    {
        int u = cursor.U, v = cursor.V, o = cursor.O + inner;
        if (o < self._s.Filters)
        {
            return new PixelGradientCursor(cursor.Image, cursor.Y, cursor.X, u, v, o, cursor.First, cursor.InWindow);
        }

        while (o >= self._s.Filters)
        {
            o -= self._s.Filters;
            v++;
            if (v == self._s.KernelWidth)
            {
                v = 0;
                u++;
            }
        }

        return Find(self._s, cursor.Image, cursor.Y, cursor.X, u, v, o);
    }

    public static Float4 Load(GradientsAtPixel self, OperandMemory memory, PixelGradientCursor cursor) => cursor.First >= 0
        ? Pooled.VectorAt(self._source, memory, self._s.IsPooled, cursor.First + cursor.O, cursor.InWindow)
        : default;

    private static PixelGradientCursor Find(ConvSizes s, int image, int y, int x, int u, int v, int o)
    {
        int i = y - (u * s.DilationY), j = x - (v * s.DilationX);
        bool isOutput = u < s.KernelHeight && i >= 0 && j >= 0;
        if (s.StrideY != 1 || s.StrideX != 1)
        {
            int row = i / s.StrideY, column = j / s.StrideX;
            isOutput = isOutput && row * s.StrideY == i && column * s.StrideX == j;
            (i, j) = (row, column);
        }

        int inWindow = 0;
        if (s.IsPooled != 0)
        {
            inWindow = ((i & 1) * 2) + (j & 1);
            (i, j) = (i >> 1, j >> 1);
        }

        isOutput = isOutput && i < s.PooledHeight && j < s.PooledWidth;
        return new PixelGradientCursor(
            image, y, x, u, v, o, isOutput ? ((((image * s.PooledHeight) + i) * s.PooledWidth) + j) * s.Filters : -1, inWindow);
    }
}

/// <summary>A place in <see cref="GradientsAtPixel"/>: an input pixel, a term, and where the filters of the output pixel begin, or -1.</summary>
internal readonly struct PixelGradientCursor(int image, int y, int x, int u, int v, int o, int first, int inWindow)
{
    public readonly int Image = image;
    public readonly int Y = y;
    public readonly int X = x;
    public readonly int U = u;
    public readonly int V = v;
    public readonly int O = o;
    public readonly int First = first;
    public readonly int InWindow = inWindow;
}

/// <summary>Gradients of a convolution's output, of which behind a pooling only the winners have one.</summary>
internal static class Pooled
{
    /// <summary>The gradients of four filters at one pixel of a window.</summary>
    internal static Float4 VectorAt(Gradient source, OperandMemory memory, int isPooled, int index, int inWindow)
    {
        Float4 gradient = Gradient.VectorAt(source, memory, index);
        if (isPooled == 0)
        {
            return gradient;
        }

        uint winners = memory.Winners.Cast<uint>()[index >> 2];
        uint wanted = (uint)inWindow;
        return new Float4(
            (winners & 0xFF) == wanted ? gradient.X : 0,
            ((winners >> 8) & 0xFF) == wanted ? gradient.Y : 0,
            ((winners >> 16) & 0xFF) == wanted ? gradient.Z : 0,
            winners >> 24 == wanted ? gradient.W : 0);
    }

    /// <summary>The gradient of one filter at one pixel of a window.</summary>
    internal static float At(Gradient source, OperandMemory memory, int isPooled, int index, int inWindow) =>
        isPooled == 0 || memory.Winners[index] == inWindow ? Gradient.At(source, memory, index) : 0;
}

/// <summary><see cref="GradientsByFilter"/> for any sizes.</summary>
internal readonly struct FilterGradientElements(Gradient source, ConvSizes sizes) : IElements<FilterGradientElements>
{
    private readonly Gradient _source = source;
    private readonly ConvSizes _s = sizes;

    public static float At(FilterGradientElements self, OperandMemory memory, int outer, int inner)
    {
        ConvSizes s = self._s;
        int area = s.PoolHeight * s.PoolWidth, window = inner / area;
        return outer < s.Filters && inner < s.WindowPixels
            ? Pooled.At(self._source, memory, s.IsPooled, (window * s.Filters) + outer, inner - (window * area))
            : 0;
    }
}

/// <summary><see cref="GradientsAtPixel"/> for any sizes.</summary>
internal readonly struct PixelGradientElements(Gradient source, ConvSizes sizes) : IElements<PixelGradientElements>
{
    private readonly Gradient _source = source;
    private readonly ConvSizes _s = sizes;

    public static float At(PixelGradientElements self, OperandMemory memory, int outer, int inner)
    {
        ConvSizes s = self._s;
        int row = outer / s.Width, image = row / s.Height;
        int tap = inner / s.Filters, u = tap / s.KernelWidth;
        int top = row - (image * s.Height) + s.PadTop - (u * s.DilationY), left = outer - (row * s.Width) + s.PadLeft - ((tap - (u * s.KernelWidth)) * s.DilationX);
        int i = top / s.StrideY, j = left / s.StrideX;
        int windowRow = i / s.PoolStrideY, windowColumn = j / s.PoolStrideX;
        int poolRow = i - (windowRow * s.PoolStrideY), poolColumn = j - (windowColumn * s.PoolStrideX);
        bool isOutput = outer < s.InputPixels && inner < s.GradientTerms && top >= 0 && left >= 0 && i * s.StrideY == top && j * s.StrideX == left
            && windowRow < s.PooledHeight && windowColumn < s.PooledWidth && poolRow < s.PoolHeight && poolColumn < s.PoolWidth;
        return isOutput
            ? Pooled.At(
                self._source, memory, s.IsPooled, (((((image * s.PooledHeight) + windowRow) * s.PooledWidth) + windowColumn) * s.Filters) + inner - (tap * s.Filters),
                (poolRow * s.PoolWidth) + poolColumn)
            : 0;
    }
}
