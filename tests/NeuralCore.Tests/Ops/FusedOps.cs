using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore.Tests.Ops;

/// <summary>The optional ops of a backend, called as if every one had them.</summary>
internal static class FusedOps
{
    public static long ScratchBytes<T>(this IBackend<T> backend, in Conv2DMaxPoolShape shape, int images)
        where T : unmanaged, IFloatingPointIeee754<T> => ((IFusedConv2DMaxPool)backend).ScratchBytes(shape, images);

    public static long ScratchBytes<T>(this IBackend<T> backend, in ConvBlockShape shape, int images)
        where T : unmanaged, IFloatingPointIeee754<T> => ((IFusedConvBlock)backend).ScratchBytes(shape, images);

    public static void Conv2DMaxPoolForward<T>(
        this IBackend<T> backend, in Conv2DMaxPoolShape shape, int images, Slot input, in ConvWeights weights, Activation activation, in PooledResult output,
        Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ((IFusedConv2DMaxPool)backend).Conv2DMaxPoolForward(shape, images, input, weights, activation, output, scratch);

    public static void Conv2DMaxPoolBackwardInput<T>(
        this IBackend<T> backend, in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ((IFusedConv2DMaxPool)backend).Conv2DMaxPoolBackwardInput(shape, images, dOutput, winners, weights, dInput, scratch);

    public static void Conv2DMaxPoolBackwardWeights<T>(
        this IBackend<T> backend, in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ((IFusedConv2DMaxPool)backend).Conv2DMaxPoolBackwardWeights(shape, images, input, dOutput, winners, dWeights, dBias, scratch);

    public static void ConvBlockForward<T>(
        this IBackend<T> backend, in ConvBlockShape shape, int images, Slot input, in ConvBlockParameters parameters, Activation activation,
        in PooledResult output, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ((IFusedConvBlock)backend).ConvBlockForward(shape, images, input, parameters, activation, output, scratch);

    public static void ConvBlockBackward<T>(
        this IBackend<T> backend, in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, in ConvBlockParameters parameters,
        in ConvBlockParameters gradients, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ((IFusedConvBlock)backend).ConvBlockBackward(shape, images, input, dOutput, winners, parameters, gradients, scratch);

    public static void DenseBackwardUpdate<T>(
        this IBackend<T> backend, in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, Slot dBias, in AdamStep step, Slot weights,
        Slot m, Slot v, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        backend.DenseBackwardUpdate(
            shape, items, input, dOutput, dInput, new DenseUpdate(new AdamRule { Step = step }, new WeightSlots(weights, null, new StateSlots(m, v)), dBias), scratch);

    public static void DenseBackwardUpdate<T>(
        this IBackend<T> backend, in DenseShape shape, int items, Slot input, OutputGradient dOutput, InputGradient? dInput, in DenseUpdate update, Slot scratch)
        where T : unmanaged, IFloatingPointIeee754<T> => ((IFusedDenseUpdate)backend).DenseBackwardUpdate(shape, items, input, dOutput, dInput, update, scratch);

    public static void Adam<T>(this IBackend<T> backend, in AdamStep step, int count, Slot parameters, Slot gradients, Slot m, Slot v)
        where T : unmanaged, IFloatingPointIeee754<T> => backend.Update(new AdamRule { Step = step }, count, parameters, gradients, new StateSlots(m, v));
}
