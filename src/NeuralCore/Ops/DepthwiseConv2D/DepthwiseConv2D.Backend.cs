using NeuralCore.Ops;

namespace NeuralCore;

/// <content>The depthwise convolution.</content>
public partial interface IBackend<T>
{
    /// <summary>The scratch bytes that any direction of a depthwise convolution of up to <paramref name="images"/> images takes.</summary>
    internal long ScratchBytes(in DepthwiseConv2DShape shape, int images);

    /// <summary>y = activation(depthwise(x, w) + bias).</summary>
    internal void DepthwiseConv2DForward(
        in DepthwiseConv2DShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch);

    /// <summary>dx of a depthwise convolution from dy.</summary>
    internal void DepthwiseConv2DBackwardInput(in DepthwiseConv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch);

    /// <summary>dw and dbias of a depthwise convolution from dy.</summary>
    internal void DepthwiseConv2DBackwardWeights(
        in DepthwiseConv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch);
}

/// <content>The depthwise convolution.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ScratchBytes(in DepthwiseConv2DShape shape, int images) => DepthwiseConv2DCpu.ScratchBytes(shape, images, Threads);

    public void DepthwiseConv2DForward(
        in DepthwiseConv2DShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch)
    {
        float* biases = BiasAt(bias, shape.Filters);
        if (activation == Activation.Relu)
        {
            DepthwiseConv2DCpu.Forward<TSimd, TVec, Kernels.AddBiasRelu>(_pool, shape, images, At(input), At(weights), new(biases), At(output), At(scratch));
        }
        else
        {
            DepthwiseConv2DCpu.Forward<TSimd, TVec, Kernels.AddBias>(_pool, shape, images, At(input), At(weights), new(biases), At(output), At(scratch));
        }
    }

    public void DepthwiseConv2DBackwardInput(in DepthwiseConv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        DepthwiseConv2DCpu.BackwardInput<TSimd, TVec>(_pool, shape, images, Gradient(dOutput), At(weights), At(dInput), At(scratch));

    public void DepthwiseConv2DBackwardWeights(
        in DepthwiseConv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        DepthwiseConv2DCpu.BackwardWeights<TSimd, TVec>(
            _pool, shape, images, At(input), Gradient(dOutput), At(dWeights), DBiasAt(dBias, shape.Filters), At(scratch));
}

/// <content>The depthwise convolution.</content>
public sealed partial class ReferenceBackend<T>
{
    long IBackend<T>.ScratchBytes(in DepthwiseConv2DShape shape, int images) => 0;

    void IBackend<T>.DepthwiseConv2DForward(
        in DepthwiseConv2DShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        DepthwiseConv2DReference.Forward<T>(shape, images, Values(input), Values(weights), ValuesOrNone(bias), activation, Values(output));

    void IBackend<T>.DepthwiseConv2DBackwardInput(in DepthwiseConv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        DepthwiseConv2DReference.BackwardInput<T>(shape, images, BeforeActivation(dOutput), Values(weights), Values(dInput));

    void IBackend<T>.DepthwiseConv2DBackwardWeights(
        in DepthwiseConv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        DepthwiseConv2DReference.BackwardWeights<T>(shape, images, Values(input), BeforeActivation(dOutput), Values(dWeights), ValuesOrNone(dBias));
}
