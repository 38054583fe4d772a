using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Losses element by element, and items that count more or less than others.</content>
public sealed partial class GpuBackend
{
    private readonly ElementLossKernels _elementLosses;

    void IBackend<float>.ElementLossForward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot losses, Slot hits) =>
        _elementLosses.Forward(Stream, shape, rows, At(prediction), At(targets), At(losses), At(hits));

    void IBackend<float>.ElementLossBackward(in ElementLossShape shape, int rows, Slot prediction, Slot targets, Slot dPrediction) =>
        _elementLosses.Backward(Stream, shape, rows, At(prediction), At(targets), At(dPrediction));

    void IBackend<float>.ScaleRows(int rows, int columns, Slot values, Slot factors) => _elementLosses.ScaleRows(Stream, rows, columns, At(values), At(factors));
}
