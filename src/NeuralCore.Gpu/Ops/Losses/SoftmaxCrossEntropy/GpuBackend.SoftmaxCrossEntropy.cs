using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Softmax and cross-entropy.</content>
public sealed partial class GpuBackend
{
    private readonly SoftmaxKernels _softmax;

    void IBackend<float>.Softmax(int rows, int classes, Slot logits, Slot probabilities) => _softmax.Softmax(Stream, rows, classes, At(logits), At(probabilities));

    void IBackend<float>.SoftmaxCrossEntropyForward(in CrossEntropyShape shape, int rows, Slot logits, Slot targets, Slot probabilities, Slot losses, Slot hits) =>
        _softmax.Forward(Stream, rows, new(shape), At(logits), At(targets), At(probabilities), At(losses), At(hits));

    void IBackend<float>.SoftmaxCrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dLogits) =>
        _softmax.Backward(Stream, rows, new(shape), At(probabilities), At(targets), At(dLogits));

    void IBackend<float>.SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        _softmax.SoftmaxBackward(Stream, rows, classes, At(probabilities), At(dProbabilities), At(dLogits));

    void IBackend<float>.CrossEntropyForward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot losses, Slot hits) =>
        _softmax.CrossEntropy(Stream, rows, new(shape), At(probabilities), At(targets), At(losses), At(hits));

    void IBackend<float>.CrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dProbabilities) =>
        _softmax.CrossEntropyBackward(Stream, rows, new(shape), At(probabilities), At(targets), At(dProbabilities));
}
