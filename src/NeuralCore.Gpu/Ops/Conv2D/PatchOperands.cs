namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The input of a convolution as the left factor of z = patches x weights: outer is an output pixel, inner a term of it, kernel row by
/// kernel row, column by column, channel by channel. The channels are a multiple of 4, so a vector lies under one tap of the kernel.
/// </summary>
internal readonly struct Patches(ConvSizes sizes) : IOperand<Patches, PatchCursor>
{
    private readonly ConvSizes _s = sizes;

    public static bool IsAlongInner => true;

    public static bool IsVector => true;

    public static PatchCursor At(Patches self, int outer, int inner)
    {
        ConvSizes s = self._s;
        int tap = inner / s.Channels, u = tap / s.KernelWidth;
        WindowPixel pixel = WindowPixel.At(s, outer);

        // A row far above the image is outside it whatever the tap.
        int y = outer < s.WindowPixels ? (pixel.I * s.StrideY) - s.PadTop : -(1 << 30);
        return new PatchCursor(pixel.Image, y, (pixel.J * s.StrideX) - s.PadLeft, u, tap - (u * s.KernelWidth), inner - (tap * s.Channels));
    }

    public static PatchCursor Advance(Patches self, PatchCursor cursor, int inner)
    {
        int u = cursor.U, v = cursor.V, c = cursor.C + inner;
        while (c >= self._s.Channels)
        {
            c -= self._s.Channels;
            v++;
            if (v == self._s.KernelWidth)
            {
                v = 0;
                u++;
            }
        }

        return new PatchCursor(cursor.Image, cursor.Y, cursor.X, u, v, c);
    }

    public static Float4 Load(Patches self, OperandMemory memory, PatchCursor cursor)
    {
        ConvSizes s = self._s;
        int y = cursor.Y + (cursor.U * s.DilationY), x = cursor.X + (cursor.V * s.DilationX);
        return cursor.U < s.KernelHeight && (uint)y < (uint)s.Height && (uint)x < (uint)s.Width
            ? Plain.VectorAt(default, memory, (((((cursor.Image * s.Height) + y) * s.Width) + x) * s.Channels) + cursor.C)
            : default;
    }
}

/// <summary>A place in <see cref="Patches"/>: where the patch begins in its image, and a term of it.</summary>
internal readonly struct PatchCursor(int image, int y, int x, int u, int v, int c)
{
    public readonly int Image = image;
    public readonly int Y = y;
    public readonly int X = x;
    public readonly int U = u;
    public readonly int V = v;
    public readonly int C = c;
}

/// <summary>
/// The same as the left factor of dw = patches' x dz: outer is a term, inner an output pixel. Windows of a pooling are 2x2, so that a step
/// of the product, a multiple of 4 pixels, ends at the same pixel of a window at which it began.
/// </summary>
internal readonly struct PatchesByTerm(ConvSizes sizes) : IOperand<PatchesByTerm, TermCursor>
{
    private readonly ConvSizes _s = sizes;

    public static bool IsAlongInner => false;

    public static bool IsVector => true;

    public static TermCursor At(PatchesByTerm self, int outer, int inner)
    {
        ConvSizes s = self._s;
        int area = s.PoolHeight * s.PoolWidth, window = inner / area, inWindow = inner - (window * area);
        int row = window / s.PooledWidth, image = row / s.PooledHeight;
        int tap = outer / s.Channels, u = tap / s.KernelWidth, poolRow = inWindow / s.PoolWidth;
        int y = outer < s.Terms ? (poolRow * s.StrideY) + (u * s.DilationY) - s.PadTop : -(1 << 30);
        return new TermCursor(
            image, row - (image * s.PooledHeight), window - (row * s.PooledWidth), y,
            ((inWindow - (poolRow * s.PoolWidth)) * s.StrideX) + ((tap - (u * s.KernelWidth)) * s.DilationX) - s.PadLeft, outer - (tap * s.Channels));
    }

    public static TermCursor Advance(PatchesByTerm self, TermCursor cursor, int inner)
    {
        ConvSizes s = self._s;
        int image = cursor.Image, i = cursor.I, j = cursor.J + (s.IsPooled == 0 ? inner : inner / 4);
        while (j >= s.PooledWidth)
        {
            j -= s.PooledWidth;
            i++;
            if (i == s.PooledHeight)
            {
                i = 0;
                image++;
            }
        }

        return new TermCursor(image, i, j, cursor.Y, cursor.X, cursor.C);
    }

    public static Float4 Load(PatchesByTerm self, OperandMemory memory, TermCursor cursor)
    {
        ConvSizes s = self._s;
        int y = (cursor.I * s.PoolStrideY * s.StrideY) + cursor.Y, x = (cursor.J * s.PoolStrideX * s.StrideX) + cursor.X;
        return cursor.Image < s.Images && (uint)y < (uint)s.Height && (uint)x < (uint)s.Width
            ? Plain.VectorAt(default, memory, (((((cursor.Image * s.Height) + y) * s.Width) + x) * s.Channels) + cursor.C)
            : default;
    }
}

/// <summary>A place in <see cref="PatchesByTerm"/>: a window of an image, and where the term lies from the window's first pixel.</summary>
internal readonly struct TermCursor(int image, int i, int j, int y, int x, int c)
{
    public readonly int Image = image;
    public readonly int I = i;
    public readonly int J = j;
    public readonly int Y = y;
    public readonly int X = x;
    public readonly int C = c;
}

/// <summary><see cref="Patches"/> and <see cref="PatchesByTerm"/> for any number of channels.</summary>
internal readonly struct PatchElements(ConvSizes sizes, int isByTerm) : IElements<PatchElements>
{
    private readonly ConvSizes _s = sizes;
    private readonly int _isByTerm = isByTerm;

    public static float At(PatchElements self, OperandMemory memory, int outer, int inner)
    {
        ConvSizes s = self._s;
        int number = self._isByTerm == 0 ? outer : inner, term = self._isByTerm == 0 ? inner : outer;
        int tap = term / s.Channels, u = tap / s.KernelWidth;
        WindowPixel pixel = WindowPixel.At(s, number);
        int y = (pixel.I * s.StrideY) + (u * s.DilationY) - s.PadTop, x = (pixel.J * s.StrideX) + ((tap - (u * s.KernelWidth)) * s.DilationX) - s.PadLeft;
        return number < s.WindowPixels && term < s.Terms && (uint)y < (uint)s.Height && (uint)x < (uint)s.Width
            ? memory.Values[(((((pixel.Image * s.Height) + y) * s.Width) + x) * s.Channels) + term - (tap * s.Channels)]
            : 0;
    }
}
