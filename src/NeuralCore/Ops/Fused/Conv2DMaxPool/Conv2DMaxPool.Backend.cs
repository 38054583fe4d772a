using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A backend that can convolve, apply a ReLU, take windows' maxima and drop in one pass, so that nothing in between is written.</summary>
internal interface IFusedConv2DMaxPool
{
    /// <summary>Whether the one pass takes less time than a convolution and a pooling.</summary>
    bool Pays(in Conv2DMaxPoolShape shape) => true;

    /// <summary>The scratch bytes that any direction of a pooled convolution of up to <paramref name="images"/> images takes.</summary>
    long ScratchBytes(in Conv2DMaxPoolShape shape, int images);

    /// <summary>
    /// y = dropout(max-pool(activation(conv(x, w) + bias))), if there is a dropout; winners, if there is to be a backward pass, receives
    /// one byte an output.
    /// </summary>
    void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, in ConvWeights weights, Activation activation, in PooledResult output, Slot scratch);

    /// <summary>dx of a pooled convolution from dy and the winners.</summary>
    void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch);

    /// <summary>dw and dbias of a pooled convolution from dy and the winners.</summary>
    void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch);
}

/// <content>A convolution and what follows it up to a pooling and a dropout.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec> : IFusedConv2DMaxPool
{
    public bool Pays(in Conv2DMaxPoolShape shape) => !Conv2DLanes.LeavesLanesEmpty(shape.Conv);

    public long ScratchBytes(in Conv2DMaxPoolShape shape, int images) => Conv2DMaxPoolCpu.ScratchBytes(shape, images, Threads);

    public void Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, in ConvWeights weights, Activation activation, in PooledResult output, Slot scratch) =>
        Conv2DMaxPoolCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(weights, shape), activation, At(output), At(scratch));

    public void Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DMaxPoolCpu.BackwardInput<TSimd, TVec>(
            _pool, shape, images, Gradient(dOutput, winners), At(weights), At(dInput), At(scratch));

    public void Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch) =>
        Conv2DMaxPoolCpu.BackwardWeights<TSimd, TVec>(
            _pool, shape, images, At(input), Gradient(dOutput, winners), At(dWeights), DBiasAt(dBias, shape.Conv.Filters), At(scratch));

    private CpuConvWeights At(in ConvWeights weights, in Conv2DMaxPoolShape shape) =>
        At(weights, shape.Conv.Filters, ByWinograd(shape.Conv) && WinogradCpu.CanPool(shape) ? ConvWay.Winograd : ConvWay.Product);

    private static CpuPooledResult At(in PooledResult output) => new(At(output.Values), BytesOrNull(output.Winners), output.Dropout);

    private static CpuPooledGradient Gradient(OutputGradient dOutput, Slot winners) => new(Gradient(dOutput), NativeBlock.Pointer<byte>(winners));
}

/// <content>A convolution and what follows it up to a pooling and a dropout.</content>
public sealed partial class ReferenceBackend<T> : IFusedConv2DMaxPool
{
    long IFusedConv2DMaxPool.ScratchBytes(in Conv2DMaxPoolShape shape, int images) => 0;

    void IFusedConv2DMaxPool.Conv2DMaxPoolForward(
        in Conv2DMaxPoolShape shape, int images, Slot input, in ConvWeights weights, Activation activation, in PooledResult output, Slot scratch)
    {
        Conv2DMaxPoolReference.Forward<T>(
            shape, images, Values(input), Values(weights.Values), ValuesOrNone(weights.Bias), activation, Values(output.Values), Winners(output.Winners));
        if (output.Dropout is { } mask)
        {
            Primitives.Dropout(mask, images * shape.OutputCount, output.Values, output.Values);
        }
    }

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardInput(
        in Conv2DMaxPoolShape shape, int images, OutputGradient dOutput, Slot winners, Slot weights, Slot dInput, Slot scratch) =>
        Conv2DMaxPoolReference.BackwardInput<T>(
            shape, images, BeforeActivation(dOutput), NativeBlock.Values<byte>(winners), Values(weights), Values(dInput));

    void IFusedConv2DMaxPool.Conv2DMaxPoolBackwardWeights(
        in Conv2DMaxPoolShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, Slot dWeights, Slot? dBias, Slot scratch) =>
        Conv2DMaxPoolReference.BackwardWeights<T>(
            shape, images, Values(input), BeforeActivation(dOutput), NativeBlock.Values<byte>(winners), Values(dWeights), ValuesOrNone(dBias));
}
