using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Convolutions, alone and with what follows them.</content>
public sealed partial class GpuBackend
{
    private readonly Conv2DKernels _conv2D;
    private readonly WinogradKernels _winograd;
    private readonly ConvAlgorithm _conv;

    /// <inheritdoc/>
    public long ScratchBytes(in Conv2DShape shape, int images) =>
        sizeof(float) * Math.Max(Conv2DKernels.ScratchCount(shape, images), ByWinograd(shape) ? WinogradCount(shape, images) : 0);

    /// <inheritdoc/>
    public long PreparedBytes(in Conv2DShape shape) => ByWinograd(shape) ? sizeof(float) * WinogradKernels.WeightCount(shape) : 0;

    /// <inheritdoc/>
    public void Prepare(in Conv2DShape shape, Slot weights, Slot prepared) => _winograd.Prepare(Stream, shape, At(weights), At(prepared));

    /// <inheritdoc/>
    public void Conv2DForward(
        in Conv2DShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot scratch, Slot? prepared = null)
    {
        bool isRelu = activation == Activation.Relu;
        if (ByWinograd(shape))
        {
            (WinogradWeights u, Slot rest) = Transformed(shape, weights, prepared, scratch);
            _winograd.Forward(Stream, shape, images, At(input), u, Bias(bias, shape.Filters), isRelu, At(output), At(rest));
        }
        else
        {
            _conv2D.Forward(Stream, shape, images, At(input), At(weights), Bias(bias, shape.Filters), isRelu, At(output));
        }
    }

    /// <inheritdoc/>
    public void Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        _conv2D.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput), At(weights), At(dInput));

    /// <inheritdoc/>
    public void Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        _conv2D.BackwardWeights(Stream, shape, images, At(input), new DeviceGradient(dOutput), At(dWeights), DBias(dBias, shape.Filters), At(scratch));

    /// <inheritdoc/>
    public long ScratchBytes(in Conv2DMaxPoolShape shape, int images)
    {
        long backward = sizeof(float) * Conv2DKernels.ScratchCount(shape, images);
        if (ByWinograd(shape))
        {
            return Math.Max(backward, sizeof(float) * WinogradCount(shape.Conv, images));
        }

        return Conv2DKernels.CanPool(shape.Pool)
            ? backward
            : Math.Max(backward, (sizeof(float) * Aligned((long)images * shape.Conv.OutputCount)) + ScratchBytes(shape.Conv, images));
    }

    /// <inheritdoc/>
    public void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, Slot weights, Slot? bias, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null)
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
            Conv2DForward(shape.Conv, images, input, weights, bias, activation, between, rest, prepared);
            MaxPool2DForward(shape.Pool, images, between, output, winners);
            if (dropout is { } mask)
            {
                Dropout(mask, images * shape.OutputCount, output, output);
            }
        }
    }

    /// <inheritdoc/>
    public void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        _conv2D.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput), GpuBlock.View<byte>(winners), At(weights), At(dInput), At(scratch));

    /// <inheritdoc/>
    public void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch) =>
        _conv2D.BackwardWeights(
            Stream, shape, images, At(input), new DeviceGradient(dOutput), GpuBlock.View<byte>(winners), At(dWeights), DBias(dBias, shape.Conv.Filters), At(scratch));

    private bool ByWinograd(in Conv2DShape shape) => _conv != ConvAlgorithm.Direct && WinogradKernels.Can(shape);

    private bool ByWinograd(in Conv2DMaxPoolShape shape) => _conv != ConvAlgorithm.Direct && WinogradKernels.Can(shape);

    /// <summary>The weights with their transformed form: the one that was prepared, if there is, else room for it in the scratch memory; and what is left of it.</summary>
    private static (WinogradWeights Weights, Slot Behind) Transformed(in Conv2DShape shape, Slot weights, Slot? prepared, Slot scratch)
    {
        if (prepared is { } slot)
        {
            return (new WinogradWeights(At(weights), At(slot), AreTransformed: true), scratch);
        }

        (Slot transformed, Slot rest) = Cut(scratch, WinogradKernels.WeightCount(shape));
        return (new WinogradWeights(At(weights), At(transformed), AreTransformed: false), rest);
    }

    /// <summary>The floats that Winograd's way takes, the weights too.</summary>
    private static long WinogradCount(in Conv2DShape shape, int images) =>
        Aligned(WinogradKernels.WeightCount(shape)) + WinogradKernels.ScratchCount(shape, images);

    /// <summary>A count of floats, up to where the next slot may begin.</summary>
    private static long Aligned(long count) => Slot.Align(count * sizeof(float)) / sizeof(float);

    /// <summary>The first floats of some scratch, and what is behind them.</summary>
    private static (Slot First, Slot Behind) Cut(Slot scratch, long count)
    {
        long bytes = Slot.Align(count * sizeof(float));
        return (scratch.Block.Slot(scratch.Offset, bytes), scratch.Block.Slot(scratch.Offset + bytes, scratch.Bytes - bytes));
    }
}
