using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;

namespace NeuralCore.Gpu;

/// <content>A convolution and what follows it up to a pooling and a dropout.</content>
public sealed partial class GpuBackend : IFusedConv2DMaxPool
{
    long IFusedConv2DMaxPool.ScratchBytes(in Conv2DMaxPoolShape shape, int images)
    {
        long backward = sizeof(float) * Conv2DKernels.ScratchCount(shape, images);
        if (ByWinograd(shape))
        {
            return Math.Max(backward, sizeof(float) * WinogradCount(shape.Conv, images));
        }

        return Conv2DKernels.CanPool(shape.Pool)
            ? backward
            : Math.Max(backward, (sizeof(float) * Aligned((long)images * shape.Conv.OutputCount)) + Primitives.ScratchBytes(shape.Conv, images));
    }

    void IFusedConv2DMaxPool.Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout, Slot? prepared)
    {
        bool isRelu = activation == Activation.Relu;
        if (ByWinograd(shape))
        {
            (WinogradWeights u, Slot rest) = Transformed(shape.Conv, weights, prepared, scratch);
            _winograd.PooledForward(
                Stream, shape, images, At(input), u, Bias(bias, shape.Conv.Filters), isRelu, At(output), Winners(winners, output), dropout, At(rest));
        }
        else if (Conv2DKernels.CanPool(shape.Pool))
        {
            _conv2D.PooledForward(Stream, shape, images, At(input), At(weights), Bias(bias, shape.Conv.Filters), isRelu, At(output), Winners(winners, output), dropout);
        }
        else
        {
            (Slot between, Slot rest) = Cut(scratch, (long)images * shape.Conv.OutputCount);
            Primitives.Conv2DForward(shape.Conv, images, input, weights, bias, activation, between, rest, prepared);
            Primitives.MaxPool2DForward(shape.Pool, images, between, output, winners);
            if (dropout is { } mask)
            {
                Primitives.Dropout(mask, images * shape.OutputCount, output, output);
            }
        }
    }

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        _conv2D.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput), GpuBlock.View<byte>(winners), At(weights), At(dInput), At(scratch));

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch) =>
        _conv2D.BackwardWeights(
            Stream, shape, images, At(input), new DeviceGradient(dOutput), GpuBlock.View<byte>(winners), At(dWeights), DBias(dBias, shape.Conv.Filters), At(scratch));

    private bool ByWinograd(in Conv2DMaxPoolShape shape) => _conv != ConvAlgorithm.Direct && WinogradKernels.Can(shape);
}
