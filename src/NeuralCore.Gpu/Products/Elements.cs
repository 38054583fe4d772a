namespace NeuralCore.Gpu.Kernels;

/// <summary>A factor of a product, element by element: slower to read than vectors, for sizes that are no multiples of 4.</summary>
/// <typeparam name="TSelf">The factor.</typeparam>
internal interface IElements<TSelf>
    where TSelf : unmanaged, IElements<TSelf>
{
    /// <summary>The element, or 0 behind an edge.</summary>
    static abstract float At(TSelf self, OperandMemory memory, int outer, int inner);
}

/// <summary>An outer and an inner index.</summary>
internal readonly struct ElementCursor(int outer, int inner)
{
    public readonly int Outer = outer;
    public readonly int Inner = inner;
}

/// <summary>A factor as an operand, whose neighbours in the inner dimension are near in memory.</summary>
internal readonly struct AlongInner<TElements>(TElements elements) : IOperand<AlongInner<TElements>, ElementCursor>
    where TElements : unmanaged, IElements<TElements>
{
    private readonly TElements _elements = elements;

    public static bool IsAlongInner => true;

    public static bool IsVector => false;

    public static ElementCursor At(AlongInner<TElements> self, int outer, int inner) => new(outer, inner);

    public static ElementCursor Advance(AlongInner<TElements> self, ElementCursor cursor, int inner) => new(cursor.Outer, cursor.Inner + inner);

    public static Float4 Load(AlongInner<TElements> self, OperandMemory memory, ElementCursor cursor) => new(
        TElements.At(self._elements, memory, cursor.Outer, cursor.Inner),
        TElements.At(self._elements, memory, cursor.Outer, cursor.Inner + 1),
        TElements.At(self._elements, memory, cursor.Outer, cursor.Inner + 2),
        TElements.At(self._elements, memory, cursor.Outer, cursor.Inner + 3));
}

/// <summary>A factor as an operand, whose neighbours in the outer dimension are near in memory.</summary>
internal readonly struct AlongOuter<TElements>(TElements elements) : IOperand<AlongOuter<TElements>, ElementCursor>
    where TElements : unmanaged, IElements<TElements>
{
    private readonly TElements _elements = elements;

    public static bool IsAlongInner => false;

    public static bool IsVector => false;

    public static ElementCursor At(AlongOuter<TElements> self, int outer, int inner) => new(outer, inner);

    public static ElementCursor Advance(AlongOuter<TElements> self, ElementCursor cursor, int inner) => new(cursor.Outer, cursor.Inner + inner);

    public static Float4 Load(AlongOuter<TElements> self, OperandMemory memory, ElementCursor cursor) => new(
        TElements.At(self._elements, memory, cursor.Outer, cursor.Inner),
        TElements.At(self._elements, memory, cursor.Outer + 1, cursor.Inner),
        TElements.At(self._elements, memory, cursor.Outer + 2, cursor.Inner),
        TElements.At(self._elements, memory, cursor.Outer + 3, cursor.Inner));
}

/// <summary>A matrix of any sizes.</summary>
/// <param name="source">Its numbers.</param>
/// <param name="outerCount">Its outer dimension.</param>
/// <param name="innerCount">Its inner dimension.</param>
/// <param name="outerStride">From one outer index to the next.</param>
/// <param name="innerStride">From one inner index to the next.</param>
internal readonly struct MatrixElements<TSource>(TSource source, int outerCount, int innerCount, int outerStride, int innerStride)
    : IElements<MatrixElements<TSource>>
    where TSource : unmanaged, ISource<TSource>
{
    private readonly TSource _source = source;
    private readonly int _outerCount = outerCount;
    private readonly int _innerCount = innerCount;
    private readonly int _outerStride = outerStride;
    private readonly int _innerStride = innerStride;

    public static float At(MatrixElements<TSource> self, OperandMemory memory, int outer, int inner) =>
        outer < self._outerCount && inner < self._innerCount
            ? TSource.At(self._source, memory, (outer * self._outerStride) + (inner * self._innerStride))
            : 0;
}
