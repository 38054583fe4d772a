using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Layer normalization.</content>
public sealed partial class GpuBackend
{
    private readonly LayerNormKernels _layerNorm;

    long IBackend<float>.ScratchBytes(in LayerNormShape shape, int items) => 3L * items * shape.Rows * sizeof(float);

    void IBackend<float>.LayerNormForward(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot? beta, Slot output) =>
        _layerNorm.Forward(Stream, new LayerNormSizes(shape, items), At(input), OrEmpty(gamma, input), OrEmpty(beta, input), At(output));

    void IBackend<float>.LayerNormBackwardInput(in LayerNormShape shape, int items, Slot input, Slot? gamma, Slot dOutput, Slot dInput) =>
        _layerNorm.BackwardInput(Stream, new LayerNormSizes(shape, items), At(input), OrEmpty(gamma, input), At(dOutput), At(dInput));

    void IBackend<float>.LayerNormBackwardWeights(in LayerNormShape shape, int items, Slot input, Slot dOutput, Slot? dGamma, Slot? dBeta, Slot scratch) =>
        _layerNorm.BackwardWeights(Stream, new LayerNormSizes(shape, items), At(input), At(dOutput), OrEmpty(dGamma, input), OrEmpty(dBeta, input), At(scratch));
}
