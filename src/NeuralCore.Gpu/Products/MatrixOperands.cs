namespace NeuralCore.Gpu.Kernels;

/// <summary>A place in a matrix: the index of an element, and its inner index, which is behind the edge where the outer one is.</summary>
internal readonly struct MatrixCursor(int index, int inner)
{
    public readonly int Index = index;
    public readonly int Inner = inner;
}

/// <summary>A matrix whose inner dimension is contiguous and a multiple of 4.</summary>
internal readonly struct InnerContiguous<TSource>(TSource source, int outerCount, int innerCount) : IOperand<InnerContiguous<TSource>, MatrixCursor>
    where TSource : unmanaged, ISource<TSource>
{
    private readonly TSource _source = source;
    private readonly int _outerCount = outerCount;
    private readonly int _innerCount = innerCount;

    public static bool IsAlongInner => true;

    public static bool IsVector => true;

    public static MatrixCursor At(InnerContiguous<TSource> self, int outer, int inner) =>
        new((outer * self._innerCount) + inner, outer < self._outerCount ? inner : self._innerCount);

    public static MatrixCursor Advance(InnerContiguous<TSource> self, MatrixCursor cursor, int inner) =>
        new(cursor.Index + inner, cursor.Inner + inner);

    public static Float4 Load(InnerContiguous<TSource> self, OperandMemory memory, MatrixCursor cursor) =>
        cursor.Inner < self._innerCount ? TSource.VectorAt(self._source, memory, cursor.Index) : default;
}

/// <summary>A matrix whose outer dimension is contiguous and a multiple of 4.</summary>
internal readonly struct OuterContiguous<TSource>(TSource source, int outerCount, int innerCount) : IOperand<OuterContiguous<TSource>, MatrixCursor>
    where TSource : unmanaged, ISource<TSource>
{
    private readonly TSource _source = source;
    private readonly int _outerCount = outerCount;
    private readonly int _innerCount = innerCount;

    public static bool IsAlongInner => false;

    public static bool IsVector => true;

    public static MatrixCursor At(OuterContiguous<TSource> self, int outer, int inner) =>
        new((inner * self._outerCount) + outer, outer < self._outerCount ? inner : self._innerCount);

    public static MatrixCursor Advance(OuterContiguous<TSource> self, MatrixCursor cursor, int inner) =>
        new(cursor.Index + (inner * self._outerCount), cursor.Inner + inner);

    public static Float4 Load(OuterContiguous<TSource> self, OperandMemory memory, MatrixCursor cursor) =>
        cursor.Inner < self._innerCount ? TSource.VectorAt(self._source, memory, cursor.Index) : default;
}
