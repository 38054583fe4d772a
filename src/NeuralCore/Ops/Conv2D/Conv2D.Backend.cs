using NeuralCore.Ops;

namespace NeuralCore;

/// <content>The convolution.</content>
public partial interface IBackend<T>
{
    /// <summary>The scratch bytes that any direction of a convolution of up to <paramref name="images"/> images takes.</summary>
    internal long ScratchBytes(in Conv2DShape shape, int images);

    /// <summary>
    /// The bytes that the weights of a convolution take in the form that its forward pass computes with, if that is another than the
    /// weights' own; else 0.
    /// </summary>
    internal long PreparedBytes(in Conv2DShape shape) => 0;

    /// <summary>
    /// Brings the weights of a convolution that has <see cref="PreparedBytes"/> into that form. A forward pass that is not given them does
    /// it by itself, every time.
    /// </summary>
    internal void Prepare(in Conv2DShape shape, Slot weights, Slot prepared)
    {
    }

    /// <summary>The algorithm of each pass of a convolution; null on a backend that does not choose.</summary>
    internal ConvWays? WaysOf(in Conv2DShape shape, int images) => null;

    /// <summary>y = activation(conv(x, w) + bias).</summary>
    internal void Conv2DForward(in Conv2DShape shape, int images, Slot input, in ConvWeights weights, Activation activation, Slot output, Slot scratch);

    /// <summary>dx of a convolution from dy.</summary>
    internal void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch);

    /// <summary>dw and dbias of a convolution from dy.</summary>
    internal void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch);
}

/// <content>The convolution.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ScratchBytes(in Conv2DShape shape, int images) => Conv2DCpu.ScratchBytes(shape, images, Threads, forced);

    public ConvWays? WaysOf(in Conv2DShape shape, int images) => Ways(shape, images);

    public long PreparedBytes(in Conv2DShape shape) => ByWinograd(shape) ? sizeof(float) * WinogradCpu.WeightCount(shape) : 0;

    public void Prepare(in Conv2DShape shape, Slot weights, Slot prepared) =>
        WinogradCpu.TransformWeights<TSimd, TVec>(shape, At(weights), At(prepared));

    public void Conv2DForward(in Conv2DShape shape, int images, Slot input, in ConvWeights weights, Activation activation, Slot output, Slot scratch) =>
        Conv2DCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(weights, shape.Filters, Ways(shape, images).Forward), activation, At(output), At(scratch));

    public void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DCpu.BackwardInput<TSimd, TVec>(_pool, shape, images, Ways(shape, images).Input, Gradient(dOutput), At(weights), At(dInput), At(scratch));

    public void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        Conv2DCpu.BackwardWeights<TSimd, TVec>(
            _pool, shape, images, Ways(shape, images).Weights, new(At(input), Gradient(dOutput), At(dWeights), DBiasAt(dBias, shape.Filters)), At(scratch));

    private CpuConvWeights At(in ConvWeights weights, int filters, ConvWay way) =>
        new(At(weights.Values), BiasAt(weights.Bias, filters), way, AtOrNull(weights.Prepared));

    private ConvWays Ways(in Conv2DShape shape, int images) => forced ?? ConvWays.Of<TSimd, TVec>(shape, images, Threads, conv);

    private bool ByWinograd(in Conv2DShape shape) => Ways(shape, 1).Forward == ConvWay.Winograd;
}

/// <content>The convolution.</content>
public sealed partial class ReferenceBackend<T>
{
    long IBackend<T>.ScratchBytes(in Conv2DShape shape, int images) => 0;

    void IBackend<T>.Conv2DForward(in Conv2DShape shape, int images, Slot input, in ConvWeights weights, Activation activation, Slot output, Slot scratch) =>
        Conv2DReference.Forward<T>(shape, images, Values(input), Values(weights.Values), ValuesOrNone(weights.Bias), activation, Values(output));

    void IBackend<T>.Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DReference.BackwardInput<T>(shape, images, BeforeActivation(dOutput), Values(weights), Values(dInput));

    void IBackend<T>.Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        Conv2DReference.BackwardWeights<T>(shape, images, Values(input), BeforeActivation(dOutput), Values(dWeights), ValuesOrNone(dBias));
}
