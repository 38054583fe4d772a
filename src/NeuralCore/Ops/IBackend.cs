using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// Something that can train: it owns memory and runs every op in every direction. One method an op and direction; what an op
/// computes is said where its textbook loop is (<see cref="Conv2DReference"/> and its neighbours), and every backend
/// has to agree with that within the rounding of another order of summation.
/// </summary>
/// <remarks>
/// Sizes count elements and images; slots are this backend's memory, in the shapes that the reference op states. Outputs do not
/// overlap inputs, except where an op says so. A backend is used from one thread at a time.
/// </remarks>
/// <typeparam name="T">The type of the numbers: float to train, double to check gradients.</typeparam>
public interface IBackend<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The backend's name on the command line: reference, cpu.</summary>
    string Name { get; }

    /// <summary>The instructions its kernels use, for people to read.</summary>
    string Simd { get; }

    /// <summary>The threads that work on an op.</summary>
    int Threads { get; }

    /// <summary>Does work on the host for items 0 to <paramref name="items"/> - 1, by as many threads as the backend has, and returns when all is done.</summary>
    void ForEachItem(IItemWork work, int items) => work.Do(0, items, 0);

    /// <summary>Takes zero-filled memory.</summary>
    MemoryBlock Allocate(long bytes);

    /// <summary>A slot's memory, to write to instead of uploading; empty where it is not the host's.</summary>
    Span<T> HostValues(Slot slot) => default;

    /// <summary>Copies host values to a slot.</summary>
    void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged;

    /// <summary>Copies a slot's first values to the host, when all ops before are done.</summary>
    void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged;

    /// <summary>The scratch bytes that any direction of a convolution of up to <paramref name="images"/> images takes.</summary>
    long ScratchBytes(in Conv2DShape shape, int images);

    /// <summary>The scratch bytes that any direction of a dense layer of up to <paramref name="items"/> items takes.</summary>
    long ScratchBytes(in DenseShape shape, int items);

    /// <summary>
    /// The bytes that the weights of a convolution take in the form that its forward pass computes with, if that is another than the
    /// weights' own; else 0.
    /// </summary>
    long PreparedBytes(in Conv2DShape shape) => 0;

    /// <summary>
    /// Brings the weights of a convolution that has <see cref="PreparedBytes"/> into that form. A forward pass that is not given them does
    /// it by itself, every time.
    /// </summary>
    void Prepare(in Conv2DShape shape, Slot weights, Slot prepared)
    {
    }

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    void Conv2DForward(
        in Conv2DShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch, Slot? prepared = null);

    /// <summary>dx of a convolution from dy.</summary>
    void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch);

    /// <summary>dw and dbias of a convolution from dy.</summary>
    void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch);

    /// <summary>The scratch bytes that any direction of a pooled convolution of up to <paramref name="images"/> images takes.</summary>
    long ScratchBytes(in Conv2DMaxPoolShape shape, int images);

    /// <summary>
    /// y = dropout(max-pool(activation(conv(x, w) + bias))), if there is a dropout; winners, if there is to be a backward pass, receives
    /// one byte an output.
    /// </summary>
    void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null);

    /// <summary>dx of a pooled convolution from dy and the winners.</summary>
    void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch);

    /// <summary>dw and dbias of a pooled convolution from dy and the winners.</summary>
    void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot dBias, Slot scratch);

    /// <summary>The scratch bytes that either direction of a block of up to <paramref name="images"/> images takes.</summary>
    long ScratchBytes(in ConvBlockShape shape, int images);

    /// <summary>
    /// y = dropout(max-pool(activation(conv(relu(conv(x)))))), if there is a dropout; winners, if there is to be a backward pass, receives
    /// one byte an output; prepared are the second convolution's weights.
    /// </summary>
    void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null);

    /// <summary>The gradients of both convolutions' parameters from dy and the winners.</summary>
    void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch);

    /// <summary>y = max-pool(x); winners, if there is to be a backward pass, receives one byte an output.</summary>
    void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners);

    /// <summary>dx of a max-pooling from dy and the winners.</summary>
    void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput);

    /// <summary>y = activation(x w + bias).</summary>
    void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch);

    /// <summary>
    /// Whether a dense layer can put the gradient in its input's place, and may be asked to: <see cref="InputGradient.ReplacedScale"/>. It is one
    /// tensor less to write and to read in a step.
    /// </summary>
    bool CanReplaceInput => false;

    /// <summary>dx of a dense layer from dy.</summary>
    void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch);

    /// <summary>dw and dbias of a dense layer from dy.</summary>
    void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch);

    /// <summary>
    /// All of a dense layer's backward and the Adam step of its weights in one pass over them, whose gradient is never written: dx (of
    /// the weights as they were) unless dInput is null, dbias, and weights, m and v updated in place.
    /// </summary>
    void DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, Slot dBias, in AdamStep step, Slot weights, Slot m, Slot v, Slot scratch);

    /// <summary>y = max(x, 0); output may be input.</summary>
    void ReluForward(int count, Slot input, Slot output);

    /// <summary>dx = dy where y is not 0; dInput may be dOutput.</summary>
    void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput);

    /// <summary>Both directions of dropout; destination may be source.</summary>
    void Dropout(in DropoutMask mask, int count, Slot source, Slot destination);

    /// <summary>p = softmax(x), row by row.</summary>
    void Softmax(int rows, int classes, Slot logits, Slot probabilities);

    /// <summary>Softmax, the loss of each row (labels are int), and whether the class of its greatest logit is the label.</summary>
    void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits);

    /// <summary>The gradient of the mean loss with respect to the logits.</summary>
    void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits);

    /// <summary>One Adam step over flat blocks of equal length, in place.</summary>
    void Adam(in AdamStep step, int count, Slot parameters, Slot gradients, Slot m, Slot v);
}
