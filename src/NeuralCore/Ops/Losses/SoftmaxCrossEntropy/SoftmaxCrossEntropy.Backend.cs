using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Softmax and cross-entropy.</content>
public partial interface IBackend<T>
{
    /// <summary>p = softmax(x), row by row.</summary>
    internal void Softmax(int rows, int classes, Slot logits, Slot probabilities);

    /// <summary>dx of a softmax from p and dp, row by row.</summary>
    internal void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits);

    /// <summary>The loss of each row of probabilities, and whether its greatest is that of the class that is meant. Labels are int.</summary>
    internal void CrossEntropyForward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot losses, Slot hits);

    /// <summary>The gradient of that mean loss with respect to the probabilities.</summary>
    internal void CrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dProbabilities);

    /// <summary>Softmax, the loss of each row, and whether its greatest logit is that of the class that is meant. Labels are int.</summary>
    internal void SoftmaxCrossEntropyForward(in CrossEntropyShape shape, int rows, Slot logits, Slot targets, Slot probabilities, Slot losses, Slot hits);

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    internal void SoftmaxCrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dLogits);
}

/// <content>Softmax and cross-entropy.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyCpu.Softmax(rows, classes, At(logits), At(probabilities));

    public void SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        SoftmaxCrossEntropyCpu.SoftmaxBackward(rows, classes, At(probabilities), At(dProbabilities), At(dLogits));

    public void CrossEntropyForward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot losses, Slot hits) =>
        CrossEntropyReference.Forward(
            shape.Classes, NativeBlock.Values<float>(probabilities), TargetsOf(shape, targets), NativeBlock.Values<float>(losses)[..rows], NativeBlock.Values<float>(hits));

    public void CrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dProbabilities) =>
        CrossEntropyReference.Backward(
            rows, shape.Classes, NativeBlock.Values<float>(probabilities), TargetsOf(shape, targets), NativeBlock.Values<float>(dProbabilities));

    public void SoftmaxCrossEntropyForward(in CrossEntropyShape shape, int rows, Slot logits, Slot targets, Slot probabilities, Slot losses, Slot hits)
    {
        if (shape.IsOneHot)
        {
            SoftmaxCrossEntropyCpu.Forward(rows, shape.Classes, At(logits), NativeBlock.Pointer<int>(targets), At(probabilities), At(losses), At(hits));
        }
        else
        {
            SoftmaxCrossEntropyCpu.Forward(shape, rows, At(logits), TargetsOf(shape, targets), At(probabilities), At(losses), At(hits));
        }
    }

    public void SoftmaxCrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dLogits)
    {
        if (shape.IsOneHot)
        {
            SoftmaxCrossEntropyCpu.Backward(rows, shape.Classes, At(probabilities), NativeBlock.Pointer<int>(targets), At(dLogits));
        }
        else
        {
            SoftmaxCrossEntropyReference.Backward(rows, shape.Classes, NativeBlock.Values<float>(probabilities), TargetsOf(shape, targets), NativeBlock.Values<float>(dLogits));
        }
    }

    private static CrossEntropyTargets<float> TargetsOf(in CrossEntropyShape shape, Slot targets) => shape.IsDense
        ? new CrossEntropyTargets<float>(shape, NativeBlock.Values<float>(targets))
        : new CrossEntropyTargets<float>(shape, NativeBlock.Values<int>(targets));
}

/// <content>Softmax and cross-entropy.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyReference.Softmax<T>(rows, classes, Values(logits), Values(probabilities));

    void IBackend<T>.SoftmaxBackward(int rows, int classes, Slot probabilities, Slot dProbabilities, Slot dLogits) =>
        SoftmaxCrossEntropyReference.SoftmaxBackward<T>(rows, classes, Values(probabilities), Values(dProbabilities), Values(dLogits));

    void IBackend<T>.CrossEntropyForward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot losses, Slot hits) =>
        CrossEntropyReference.Forward(shape.Classes, Values(probabilities), TargetsOf(shape, targets), Values(losses)[..rows], Values(hits));

    void IBackend<T>.CrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dProbabilities) =>
        CrossEntropyReference.Backward(rows, shape.Classes, Values(probabilities), TargetsOf(shape, targets), Values(dProbabilities));

    void IBackend<T>.SoftmaxCrossEntropyForward(in CrossEntropyShape shape, int rows, Slot logits, Slot targets, Slot probabilities, Slot losses, Slot hits) =>
        SoftmaxCrossEntropyReference.Forward(
            shape.Classes, Values(logits), TargetsOf(shape, targets), Values(probabilities), Values(losses)[..rows], Values(hits));

    void IBackend<T>.SoftmaxCrossEntropyBackward(in CrossEntropyShape shape, int rows, Slot probabilities, Slot targets, Slot dLogits) =>
        SoftmaxCrossEntropyReference.Backward(rows, shape.Classes, Values(probabilities), TargetsOf(shape, targets), Values(dLogits));

    private static CrossEntropyTargets<T> TargetsOf(in CrossEntropyShape shape, Slot targets) => shape.IsDense
        ? new CrossEntropyTargets<T>(shape, Values(targets))
        : new CrossEntropyTargets<T>(shape, NativeBlock.Values<int>(targets));
}
