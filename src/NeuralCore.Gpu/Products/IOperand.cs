using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// All that a product reads and writes. A kernel makes it of its parameters: the compiler sees in which memory a view lies only if the view
/// is a parameter itself, not a field of one. A field that a product has no use for holds any view.
/// </summary>
/// <param name="left">The left factor's numbers.</param>
/// <param name="right">The right factor's numbers.</param>
/// <param name="reluOutput">y, where a factor is a gradient and there is a ReLU.</param>
/// <param name="winners">The winners of a max-pooling: read with a gradient, or written.</param>
/// <param name="output">Receives the product.</param>
/// <param name="second">What the output says: a bias, sums of columns, a first moment.</param>
/// <param name="third">What the output says.</param>
/// <param name="fourth">What the output says.</param>
internal readonly struct ProductMemory(
    ArrayView<float> left, ArrayView<float> right, ArrayView<float> reluOutput, ArrayView<byte> winners, ArrayView<float> output, ArrayView<float> second,
    ArrayView<float> third, ArrayView<float> fourth)
{
    public readonly ArrayView<float> Left = left;
    public readonly ArrayView<float> Right = right;
    public readonly ArrayView<float> ReluOutput = reluOutput;
    public readonly ArrayView<byte> Winners = winners;
    public readonly ArrayView<float> Output = output;
    public readonly ArrayView<float> Second = second;
    public readonly ArrayView<float> Third = third;
    public readonly ArrayView<float> Fourth = fourth;
}

/// <summary>
/// A factor of a product as a kernel reads it: a matrix with an outer dimension (the rows of the left factor, the columns of the right
/// one) and the inner dimension that is summed over, which need not lie in memory as such. It is read in vectors of four elements; where
/// there are none, behind an edge or in padding, they are zeros.
/// </summary>
/// <remarks>
/// A thread walks along the inner dimension with a cursor, so that divisions are done once at its beginning. Methods are static and
/// take the operand by value: kernels have no references.
/// </remarks>
/// <typeparam name="TSelf">The operand: its sizes.</typeparam>
/// <typeparam name="TCursor">A place in it.</typeparam>
internal interface IOperand<TSelf, TCursor>
    where TSelf : unmanaged, IOperand<TSelf, TCursor>
    where TCursor : unmanaged
{
    /// <summary>Whether the four elements of a vector are neighbours in the inner dimension, else in the outer one.</summary>
    static abstract bool IsAlongInner { get; }

    /// <summary>Whether vectors are read as such, else element by element.</summary>
    static abstract bool IsVector { get; }

    /// <summary>The place whose first element is (outer, inner).</summary>
    static abstract TCursor At(TSelf self, int outer, int inner);

    /// <summary>The place a number of steps further in the inner dimension.</summary>
    static abstract TCursor Advance(TSelf self, TCursor cursor, int inner);

    /// <summary>The four elements at a place.</summary>
    static abstract Float4 Load(TSelf self, OperandMemory memory, TCursor cursor);
}

/// <summary>What an operand reads.</summary>
internal readonly struct OperandMemory(ArrayView<float> values, ArrayView<float> reluOutput, ArrayView<byte> winners)
{
    public readonly ArrayView<float> Values = values;
    public readonly ArrayView<float> ReluOutput = reluOutput;
    public readonly ArrayView<byte> Winners = winners;
}

/// <summary>What a kernel does with the elements of a product.</summary>
/// <typeparam name="TSelf">The output: its sizes.</typeparam>
internal interface IOutput<TSelf>
    where TSelf : unmanaged, IOutput<TSelf>
{
    /// <summary>Whether the sums of the right operand's columns are wanted, too: a bias's gradient.</summary>
    static abstract bool SumsColumns { get; }

    /// <summary>Takes four rows of four columns, of which some can lie behind the edge.</summary>
    static abstract void Store(TSelf self, ProductMemory memory, int part, int row, int column, Block4x4 sum);

    /// <summary>Takes the sum of a column of the right operand, which can lie behind the edge.</summary>
    static abstract void StoreColumnSum(TSelf self, ProductMemory memory, int part, int column, float sum);
}

/// <summary>The inner dimension of a product, and the parts that it is cut into: each a sum of its own.</summary>
/// <param name="inner">The elements that are summed over.</param>
/// <param name="partInner">The elements of a part: a multiple of 16, or all.</param>
internal readonly struct InnerSizes(int inner, int partInner)
{
    public readonly int Inner = inner;
    public readonly int PartInner = partInner;
}
