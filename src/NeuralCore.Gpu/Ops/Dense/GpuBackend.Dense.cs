using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>The dense layer.</content>
public sealed partial class GpuBackend
{
    private readonly DenseKernels _dense;

    long IBackend<float>.ScratchBytes(in DenseShape shape, int items) =>
        sizeof(float) * (DenseKernels.ScratchCount(shape, items) + (DenseKernels.CanUpdate(shape, items) ? 0 : Aligned(shape.WeightCount)));

    void IBackend<float>.DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        _dense.Forward(Stream, shape, items, At(input), At(weights), new(Bias(bias, shape.Units), activation == Activation.Relu), At(output), At(scratch));

    void IBackend<float>.DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch) =>
        _dense.BackwardInput(Stream, shape, items, new DeviceGradient(dOutput), At(weights), At(dInput.Gradient), At(scratch));

    void IBackend<float>.DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        _dense.BackwardWeights(Stream, shape, items, At(input), new DeviceGradient(dOutput), At(dWeights), DBias(dBias, shape.Units), At(scratch));
}
