using System.Numerics;
using NeuralCore.Kernels;

namespace NeuralCore.Ops;

/// <summary>
/// Into which parts the inputs of a dense layer are cut for its forward pass. Each output is the sum of its parts' sums, in the order of the
/// parts, and each of those is one chain of multiply-adds. Several threads then share out the weights, each of which is read by one of them, where
/// items shared out make every thread read them all.
/// </summary>
/// <param name="inputs">The inputs of the layer, which alone say where the parts begin.</param>
internal readonly struct DenseParts(int inputs)
{
    /// <summary>The number of parts, a power of two: two, four and eight threads then have as many each.</summary>
    public int Count => inputs < 2 * Blocking.DensePartInputs ? 1 : Math.Min(Blocking.DenseMostParts, 1 << BitOperations.Log2((uint)inputs / Blocking.DensePartInputs));

    /// <summary>The first input of a part, and for part <see cref="Count"/> the end of the last. All but the end begin a cache line.</summary>
    public int First(int part) => part == Count ? inputs : (int)((long)inputs * part / Count) / Blocking.Lanes * Blocking.Lanes;
}
