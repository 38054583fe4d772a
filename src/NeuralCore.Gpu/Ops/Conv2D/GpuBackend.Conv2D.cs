using NeuralCore.Gpu.Kernels;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <content>Convolutions.</content>
public sealed partial class GpuBackend
{
    private readonly Conv2DKernels _conv2D;
    private readonly WinogradKernels _winograd;
    private readonly ConvAlgorithm _conv;

    long IBackend<float>.ScratchBytes(in Conv2DShape shape, int images) =>
        sizeof(float) * Math.Max(Conv2DKernels.ScratchCount(shape, images), ByWinograd(shape) ? WinogradCount(shape, images) : 0);

    long IBackend<float>.PreparedBytes(in Conv2DShape shape) => ByWinograd(shape) ? sizeof(float) * WinogradKernels.WeightCount(shape) : 0;

    void IBackend<float>.Prepare(in Conv2DShape shape, Slot weights, Slot prepared) => _winograd.Prepare(Stream, shape, At(weights), At(prepared));

    void IBackend<float>.Conv2DForward(
        in Conv2DShape shape, int images, Slot input, in ConvWeights weights, Activation activation, Slot output, Slot scratch)
    {
        var epilogue = new BiasEpilogue(Bias(weights.Bias, shape.Filters), activation == Activation.Relu);
        if (ByWinograd(shape))
        {
            (WinogradWeights u, Slot rest) = Transformed(shape, weights, scratch);
            _winograd.Forward(Stream, shape, images, At(input), u, epilogue, At(output), At(rest));
        }
        else
        {
            _conv2D.Forward(Stream, shape, images, At(input), At(weights.Values), epilogue, At(output));
        }
    }

    void IBackend<float>.Conv2DBackwardInput(in Conv2DShape shape, int images, OutputGradient dOutput, Slot weights, Slot dInput, Slot scratch) =>
        _conv2D.BackwardInput(Stream, shape, images, new DeviceGradient(dOutput), At(weights), At(dInput));

    void IBackend<float>.Conv2DBackwardWeights(in Conv2DShape shape, int images, Slot input, OutputGradient dOutput, Slot dWeights, Slot? dBias, Slot scratch) =>
        _conv2D.BackwardWeights(Stream, shape, images, At(input), new DeviceGradient(dOutput), At(dWeights), DBias(dBias, shape.Filters), At(scratch));

    private bool ByWinograd(in Conv2DShape shape) => _conv != ConvAlgorithm.Direct && WinogradKernels.Can(shape);

    /// <summary>The weights with their transformed form: the one that was prepared, if there is, else room for it in the scratch memory; and what is left of it.</summary>
    private static (WinogradWeights Weights, Slot Behind) Transformed(in Conv2DShape shape, in ConvWeights weights, Slot scratch)
    {
        if (weights.Prepared is { } slot)
        {
            return (new WinogradWeights(At(weights.Values), At(slot), AreTransformed: true), scratch);
        }

        (Slot transformed, Slot rest) = Cut(scratch, WinogradKernels.WeightCount(shape));
        return (new WinogradWeights(At(weights.Values), At(transformed), AreTransformed: false), rest);
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
