using NeuralCore.Ops;

namespace NeuralCore;

/// <content>The dense layer.</content>
public partial interface IBackend<T>
{
    /// <summary>The scratch bytes that any direction of a dense layer of up to <paramref name="items"/> items takes.</summary>
    internal long ScratchBytes(in DenseShape shape, int items);

    /// <summary>y = activation(x w + bias).</summary>
    internal void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch);

    /// <summary>
    /// Whether a dense layer can put the gradient in its input's place, and may be asked to: <see cref="InputGradient.ReplacedScale"/>. It is one
    /// tensor less to write and to read in a step.
    /// </summary>
    internal bool CanReplaceInput => false;

    /// <summary>dx of a dense layer from dy.</summary>
    internal void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch);

    /// <summary>dw and dbias of a dense layer from dy.</summary>
    internal void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch);
}

/// <content>The dense layer.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ScratchBytes(in DenseShape shape, int items) => DenseCpu.ScratchBytes(shape, items, Threads);

    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        DenseCpu.Forward<TSimd, TVec>(_pool, shape, items, At(input), new(At(weights), BiasAt(bias, shape.Units)), activation, At(output), At(scratch));

    public bool CanReplaceInput => true;

    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch) =>
        DenseCpu.BackwardInput<TSimd, TVec>(
            _pool, shape, items, Gradient(dOutput), At(weights), At(dInput.Gradient), Replaced(dInput), At(scratch));

    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        DenseCpu.BackwardWeights<TSimd, TVec>(_pool, shape, items, At(input), Gradient(dOutput), At(dWeights), DBiasAt(dBias, shape.Units), At(scratch));

    private static float? Replaced(InputGradient? dInput) => (float?)dInput?.ReplacedScale;
}

/// <content>The dense layer.</content>
public sealed partial class ReferenceBackend<T>
{
    long IBackend<T>.ScratchBytes(in DenseShape shape, int items) => 0;

    void IBackend<T>.DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        DenseReference.Forward<T>(shape, items, Values(input), Values(weights), ValuesOrNone(bias), activation, Values(output));

    bool IBackend<T>.CanReplaceInput => true;

    void IBackend<T>.DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch)
    {
        Span<T> destination = Values(dInput.Gradient);
        Span<T> dx = dInput.ReplacedScale is null ? destination : new T[items * shape.Inputs];
        DenseReference.BackwardInput<T>(shape, items, BeforeActivation(dOutput), Values(weights), dx);
        if (dInput.ReplacedScale is { } scale)
        {
            BeforeActivation(destination[..dx.Length], scale, dx, destination);
        }
    }

    void IBackend<T>.DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        DenseReference.BackwardWeights<T>(shape, items, Values(input), BeforeActivation(dOutput), Values(dWeights), ValuesOrNone(dBias));
}
