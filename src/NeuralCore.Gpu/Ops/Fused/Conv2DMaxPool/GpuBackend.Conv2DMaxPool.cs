using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

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
        in Conv2DMaxPoolShape shape, int images, Slot input, in ConvWeights weights, Activation activation, in PooledResult output, Slot scratch)
    {
        var epilogue = new BiasEpilogue(Bias(weights.Bias, shape.Conv.Filters), activation == Activation.Relu);
        var pooled = new DevicePooledResult(At(output.Values), Winners(output.Winners, output.Values), output.Dropout);
        if (ByWinograd(shape))
        {
            (WinogradWeights u, Slot rest) = Transformed(shape.Conv, weights, scratch);
            _winograd.PooledForward(Stream, shape, images, At(input), u, epilogue, pooled, At(rest));
        }
        else if (Conv2DKernels.CanPool(shape.Pool))
        {
            _conv2D.PooledForward(Stream, shape, images, At(input), At(weights.Values), epilogue, pooled);
        }
        else
        {
            (Slot between, Slot rest) = Cut(scratch, (long)images * shape.Conv.OutputCount);
            Primitives.Conv2DForward(shape.Conv, images, input, weights, activation, between, rest);
            Primitives.MaxPool2DForward(shape.Pool, images, between, output.Values, output.Winners);
            if (output.Dropout is { } mask)
            {
                Primitives.Dropout(mask, images * shape.OutputCount, output.Values, output.Values);
            }
        }
    }

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        _conv2D.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput, winners), At(weights), At(dInput), At(scratch));

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch) =>
        _conv2D.BackwardWeights(
            Stream, shape, images, At(input), new DeviceGradient(dOutput, winners), At(dWeights), DBias(dBias, shape.Conv.Filters), At(scratch));

    private bool ByWinograd(in Conv2DMaxPoolShape shape) => _conv != ConvAlgorithm.Direct && WinogradKernels.Can(shape);
}
