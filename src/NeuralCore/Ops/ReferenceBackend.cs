using System.Numerics;
using System.Runtime.CompilerServices;

using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// The backend of textbook loops on one thread: what every other backend is measured against, and in double what the
/// gradients are checked with. Slow, and meant to be.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
public sealed class ReferenceBackend<T> : IBackend<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public string Simd => "scalar";

    /// <inheritdoc/>
    public int Threads => 1;

    /// <inheritdoc/>
    public MemoryBlock Allocate(long bytes) => new NativeBlock(bytes);

    /// <inheritdoc/>
    public void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged => source.CopyTo(NativeBlock.Values<TValue>(destination));

    /// <inheritdoc/>
    public void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged => NativeBlock.Values<TValue>(source)[..destination.Length].CopyTo(destination);

    /// <inheritdoc/>
    public long ScratchBytes(in Conv2DShape shape, int images) => 0;

    /// <inheritdoc/>
    public long ScratchBytes(in DenseShape shape, int items) => 0;

    /// <inheritdoc/>
    public void Conv2DForward(
        in Conv2DShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch, Slot? prepared = null) =>
        Conv2DReference.Forward<T>(shape, images, Values(input), Values(weights), Values(bias), activation, Values(output));

    /// <inheritdoc/>
    public void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DReference.BackwardInput<T>(shape, images, BeforeActivation(dOutput), Values(weights), Values(dInput));

    /// <inheritdoc/>
    public void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        Conv2DReference.BackwardWeights<T>(shape, images, Values(input), BeforeActivation(dOutput), Values(dWeights), Values(dBias));

    /// <inheritdoc/>
    public long ScratchBytes(in Conv2DMaxPoolShape shape, int images) => 0;

    /// <inheritdoc/>
    public void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null)
    {
        Conv2DMaxPoolReference.Forward<T>(
            shape, images, Values(input), Values(weights), Values(bias), activation, Values(output), Winners(winners));
        if (dropout is { } mask)
        {
            Dropout(mask, images * shape.OutputCount, output, output);
        }
    }

    /// <inheritdoc/>
    public void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DMaxPoolReference.BackwardInput<T>(
            shape, images, BeforeActivation(dOutput), NativeBlock.Values<byte>(winners), Values(weights), Values(dInput));

    /// <inheritdoc/>
    public void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot dBias, Slot scratch) =>
        Conv2DMaxPoolReference.BackwardWeights<T>(
            shape, images, Values(input), BeforeActivation(dOutput), NativeBlock.Values<byte>(winners), Values(dWeights), Values(dBias));

    /// <inheritdoc/>
    public long ScratchBytes(in ConvBlockShape shape, int images) => 0;

    /// <inheritdoc/>
    public void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null)
    {
        using MemoryBlock memory = Allocate((long)images * shape.First.OutputCount * Unsafe.SizeOf<T>());
        Slot between = memory.Slot(0, memory.Bytes);
        Conv2DForward(shape.First, images, input, parameters.FirstWeights, parameters.FirstBias, Activation.Relu, between, scratch);
        Conv2DMaxPoolForward(
            shape.Second, images, between, parameters.SecondWeights, parameters.SecondBias, activation, output, winners, scratch, dropout);
    }

    /// <inheritdoc/>
    public void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch)
    {
        long bytes = (long)images * shape.First.OutputCount * Unsafe.SizeOf<T>();
        using MemoryBlock memory = Allocate(Slot.Align(bytes) + bytes);
        Slot between = memory.Slot(0, bytes), dBetween = memory.Slot(Slot.Align(bytes), bytes);
        Conv2DForward(shape.First, images, input, parameters.FirstWeights, parameters.FirstBias, Activation.Relu, between, scratch);
        Conv2DMaxPoolBackwardWeights(shape.Second, images, between, dOutput, winners, gradients.SecondWeights, gradients.SecondBias, scratch);
        Conv2DMaxPoolBackwardInput(shape.Second, images, dOutput, winners, parameters.SecondWeights, dBetween, scratch);
        Conv2DBackwardWeights(shape.First, images, input, new OutputGradient(dBetween, between), gradients.FirstWeights, gradients.FirstBias, scratch);
    }

    /// <inheritdoc/>
    public void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        MaxPool2DReference.Forward<T>(shape, images, Values(input), Values(output), Winners(winners));

    /// <inheritdoc/>
    public void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        MaxPool2DReference.BackwardInput<T>(shape, images, Values(dOutput), NativeBlock.Values<byte>(winners), Values(dInput));

    /// <inheritdoc/>
    public void DenseForward(in DenseShape shape, int items, Slot input, Slot weights, Slot bias, Activation activation, Slot output, Slot scratch) =>
        DenseReference.Forward<T>(shape, items, Values(input), Values(weights), Values(bias), activation, Values(output));

    /// <inheritdoc/>
    public bool CanReplaceInput => true;

    /// <inheritdoc/>
    public void DenseBackwardInput(in DenseShape shape, int items, OutputGradient dOutput, Slot weights, InputGradient dInput, Slot scratch)
    {
        Span<T> destination = Values(dInput.Gradient);
        Span<T> dx = dInput.ReplacedScale is null ? destination : new T[items * shape.Inputs];
        DenseReference.BackwardInput<T>(shape, items, BeforeActivation(dOutput), Values(weights), dx);
        if (dInput.ReplacedScale is { } scale)
        {
            BeforeActivation(destination[..dx.Length], scale, dx, destination);
        }
    }

    /// <inheritdoc/>
    public void DenseBackwardWeights(in DenseShape shape, int items, Slot input, OutputGradient dOutput, Slot dWeights, Slot dBias, Slot scratch) =>
        DenseReference.BackwardWeights<T>(shape, items, Values(input), BeforeActivation(dOutput), Values(dWeights), Values(dBias));

    /// <inheritdoc/>
    public void DenseBackwardUpdate(
        in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, Slot dBias, in AdamStep step, Slot weights, Slot m, Slot v, Slot scratch)
    {
        // dw is of the input as it was, so it comes before what may replace it, and dx is of the weights as they were.
        var dWeights = new T[shape.WeightCount];
        DenseReference.BackwardWeights<T>(shape, items, Values(input), BeforeActivation(dOutput), dWeights, Values(dBias));
        if (dInput is { } dx)
        {
            DenseBackwardInput(shape, items, dOutput, weights, dx, scratch);
        }

        AdamReference.Update<T>(step, Values(weights)[..dWeights.Length], dWeights, Values(m), Values(v));
    }

    /// <inheritdoc/>
    public void ReluForward(int count, Slot input, Slot output) =>
        ReluReference.Forward<T>(Values(input)[..count], Values(output));

    /// <inheritdoc/>
    public void ReluBackward(int count, Slot output, Slot dOutput, Slot dInput) =>
        ReluReference.Backward<T>(Values(output)[..count], Values(dOutput), Values(dInput));

    /// <inheritdoc/>
    public void Dropout(in DropoutMask mask, int count, Slot source, Slot destination) =>
        DropoutReference.Apply<T>(mask, Values(source)[..count], Values(destination));

    /// <inheritdoc/>
    public void Softmax(int rows, int classes, Slot logits, Slot probabilities) =>
        SoftmaxCrossEntropyReference.Softmax<T>(rows, classes, Values(logits), Values(probabilities));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyForward(int rows, int classes, Slot logits, Slot labels, Slot probabilities, Slot losses, Slot hits) =>
        SoftmaxCrossEntropyReference.Forward<T>(
            rows, classes, Values(logits), NativeBlock.Values<int>(labels), Values(probabilities), Values(losses), Values(hits));

    /// <inheritdoc/>
    public void SoftmaxCrossEntropyBackward(int rows, int classes, Slot probabilities, Slot labels, Slot dLogits) =>
        SoftmaxCrossEntropyReference.Backward<T>(rows, classes, Values(probabilities), NativeBlock.Values<int>(labels), Values(dLogits));

    /// <inheritdoc/>
    public void Adam(in AdamStep step, int count, Slot parameters, Slot gradients, Slot m, Slot v) =>
        AdamReference.Update<T>(step, Values(parameters)[..count], Values(gradients), Values(m), Values(v));

    /// <summary>Nothing to give back: the memory belongs to its blocks.</summary>
    public void Dispose()
    {
    }

    /// <summary>dz from dy: the derivatives of the activation and of a dropout behind it, as ops of their own.</summary>
    private static ReadOnlySpan<T> BeforeActivation(OutputGradient dOutput)
    {
        Span<T> dy = Values(dOutput.Gradient);
        if (dOutput.ReluOutput is not { } output)
        {
            return dy;
        }

        var dz = new T[dy.Length];
        BeforeActivation(Values(output)[..dz.Length], dOutput.Scale, dy, dz);
        return dz;
    }

    /// <summary>The same from y, what a dropout multiplied with, and dy; dz may be y.</summary>
    private static void BeforeActivation(ReadOnlySpan<T> y, double scale, ReadOnlySpan<T> dy, Span<T> dz)
    {
        ReluReference.Backward(y, dy, dz);
        T factor = T.CreateChecked(scale);
        for (int i = 0; i < y.Length; i++)
        {
            dz[i] *= factor;
        }
    }

    private static Span<byte> Winners(Slot? slot) => slot is { } some ? NativeBlock.Values<byte>(some) : default;

    private static Span<T> Values(Slot slot) => NativeBlock.Values<T>(slot);
}
