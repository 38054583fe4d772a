using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>What a dense layer's backward reads and writes beside its input and weights.</summary>
internal unsafe readonly struct DenseGradients(CpuGradient dOutput, float* dInput, float? replaced, float* dBias)
{
    public readonly CpuGradient DOutput = dOutput;
    public readonly float* DInput = dInput;
    public readonly float? Replaced = replaced;
    public readonly float* DBias = dBias;
}

/// <summary>A dense layer's backward pass, to be run with an optimiser's formula.</summary>
internal unsafe readonly struct DenseUpdateUse<TSimd, TVec>(
    WorkerPool pool, DenseShape shape, int items, float* input, DenseGradients gradients, UpdatePointers weights, float* scratch) : IFormulaUser<TSimd, TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    public void Use<TFormula>(TFormula formula)
        where TFormula : unmanaged, IUpdateFormula<TVec> =>
        DenseCpu.BackwardUpdate<TSimd, TVec, TFormula>(pool, shape, items, input, gradients, weights, formula, scratch);
}
