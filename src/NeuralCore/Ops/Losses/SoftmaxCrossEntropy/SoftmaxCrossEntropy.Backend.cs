using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Softmax and cross-entropy.</content>
public partial interface IBackend<T>
{
    /// <summary>p = softmax(x), row by row.</summary>
    void Softmax(int rows, int classes, Slot logits, Slot probabilities);

    /// <summary>dx of a softmax from p and dp, row by row.</summary>
    void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits);

    /// <summary>The loss of each row of probabilities (labels are int), and whether its greatest is the label's.</summary>
    void CrossEntropyForward(int rows, int classes, Slot probabilities, Slot labels, Slot losses, Slot hits);

    /// <summary>The gradient of that mean loss with respect to the probabilities.</summary>
    void CrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dProbabilities);

    /// <summary>Softmax, the loss of each row (labels are int), and whether the class of its greatest logit is the label.</summary>
    void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits);

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits);
}

/// <content>Softmax and cross-entropy.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyCpu.Softmax(rows, classes, At(logits), At(probabilities));

    public void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        SoftmaxCrossEntropyCpu.SoftmaxBackward(rows, classes, At(probabilities), At(dProbabilities), At(dLogits));

    public void CrossEntropyForward(int rows, int classes, Slot probabilities, Slot labels, Slot losses, Slot hits) =>
        CrossEntropyReference.Forward(
            rows, classes, NativeBlock.Values<float>(probabilities), NativeBlock.Values<int>(labels), NativeBlock.Values<float>(losses), NativeBlock.Values<float>(hits));

    public void CrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dProbabilities) =>
        CrossEntropyReference.Backward(
            rows, classes, NativeBlock.Values<float>(probabilities), NativeBlock.Values<int>(labels), NativeBlock.Values<float>(dProbabilities));

    public void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits) =>
        SoftmaxCrossEntropyCpu.Forward(
            rows, classes, At(logits), NativeBlock.Pointer<int>(labels), At(probabilities), At(losses), At(hits));

    public void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits) =>
        SoftmaxCrossEntropyCpu.Backward(rows, classes, At(probabilities), NativeBlock.Pointer<int>(labels), At(dLogits));
}

/// <content>Softmax and cross-entropy.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyReference.Softmax<T>(rows, classes, Values(logits), Values(probabilities));

    /// <inheritdoc/>
    public void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        SoftmaxCrossEntropyReference.SoftmaxBackward<T>(rows, classes, Values(probabilities), Values(dProbabilities), Values(dLogits));

    /// <inheritdoc/>
    public void CrossEntropyForward(int rows, int classes, Slot probabilities, Slot labels, Slot losses, Slot hits) =>
        CrossEntropyReference.Forward<T>(rows, classes, Values(probabilities), NativeBlock.Values<int>(labels), Values(losses), Values(hits));

    /// <inheritdoc/>
    public void CrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dProbabilities) =>
        CrossEntropyReference.Backward<T>(rows, classes, Values(probabilities), NativeBlock.Values<int>(labels), Values(dProbabilities));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits) =>
        SoftmaxCrossEntropyReference.Forward<T>(
            rows, classes, Values(logits), NativeBlock.Values<int>(labels), Values(probabilities), Values(losses), Values(hits));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits) =>
        SoftmaxCrossEntropyReference.Backward<T>(rows, classes, Values(probabilities), NativeBlock.Values<int>(labels), Values(dLogits));
}
