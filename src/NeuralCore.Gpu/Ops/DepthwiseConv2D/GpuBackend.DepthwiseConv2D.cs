using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>The depthwise convolution.</content>
public sealed partial class GpuBackend
{
    private readonly DepthwiseKernels _depthwise;

    long IBackend<float>.ScratchBytes(in DepthwiseConv2DShape shape, int images) => sizeof(float) * DepthwiseKernels.ScratchCount(shape, images);

    void IBackend<float>.DepthwiseConv2DForward(
        in DepthwiseConv2DShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch) =>
        _depthwise.Forward(
            Stream, shape, images, At(input), At(weights), Bias(bias, shape.Filters), activation == Activation.Relu, At(output));

    void IBackend<float>.DepthwiseConv2DBackwardInput(in DepthwiseConv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        _depthwise.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput), At(weights), At(dInput));

    void IBackend<float>.DepthwiseConv2DBackwardWeights(
        in DepthwiseConv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        _depthwise.BackwardWeights(
            Stream, shape, images, At(input), new DeviceGradient(dOutput), At(dWeights), DBias(dBias, shape.Filters), At(scratch));
}
