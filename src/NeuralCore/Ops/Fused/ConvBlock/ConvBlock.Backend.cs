using System.Runtime.CompilerServices;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A backend that can run two convolutions, a pooling and a dropout image by image, so that what lies between the convolutions stays in cache.</summary>
internal interface IFusedConvBlock
{
    /// <summary>Whether the one pass takes less time than a convolution and a pooled one.</summary>
    bool Pays(in ConvBlockShape shape) => true;

    /// <summary>The scratch bytes that either direction of a block of up to <paramref name="images"/> images takes.</summary>
    long ScratchBytes(in ConvBlockShape shape, int images);

    /// <summary>
    /// y = dropout(max-pool(activation(conv(relu(conv(x)))))), if there is a dropout; winners, if there is to be a backward pass, receives
    /// one byte an output; prepared are the second convolution's weights.
    /// </summary>
    void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null);

    /// <summary>The gradients of both convolutions' parameters from dy and the winners.</summary>
    void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch);
}

/// <content>Two convolutions and what follows them up to a pooling and a dropout.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec> : IFusedConvBlock
{
    public bool Pays(in ConvBlockShape shape) => !Conv2DLanes.TakesBackwardWeights(shape.First);

    public long ScratchBytes(in ConvBlockShape shape, int images) => ConvBlockCpu.ScratchBytes(shape, images, Threads);

    public void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout = null, Slot? prepared = null) =>
        ConvBlockCpu.Forward<TSimd, TVec>(
            _pool, shape, ByWinograd(shape.Second.Conv) && WinogradCpu.CanPool(shape.Second), images, At(input), At(parameters), activation, At(output),
            BytesOrNull(winners), At(scratch), dropout, AtOrNull(prepared));

    public void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch) =>
        ConvBlockCpu.Backward<TSimd, TVec>(
            _pool, shape, images, At(input), Gradient(dOutput), NativeBlock.Pointer<byte>(winners),
            At(parameters), At(gradients), At(scratch));

    private static ConvBlockPointers At(ConvBlockParameters p) => new(At(p.FirstWeights), At(p.FirstBias), At(p.SecondWeights), At(p.SecondBias));
}

/// <content>Two convolutions and what follows them up to a pooling and a dropout.</content>
public sealed partial class ReferenceBackend<T> : IFusedConvBlock
{
    private IFusedConv2DMaxPool PooledConv => this;

    long IFusedConvBlock.ScratchBytes(in ConvBlockShape shape, int images) => 0;

    void IFusedConvBlock.ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, ConvBlockParameters parameters, Activation activation, Slot output, Slot? winners, Slot scratch,
        DropoutMask? dropout, Slot? prepared)
    {
        using MemoryBlock memory = Primitives.Allocate((long)images * shape.First.OutputCount * Unsafe.SizeOf<T>());
        Slot between = memory.Slot(0, memory.Bytes);
        Primitives.Conv2DForward(shape.First, images, input, parameters.FirstWeights, parameters.FirstBias, Activation.Relu, between, scratch);
        PooledConv.Conv2DMaxPoolForward(
            shape.Second, images, between, parameters.SecondWeights, parameters.SecondBias, activation, output, winners, scratch, dropout);
    }

    void IFusedConvBlock.ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, ConvBlockParameters parameters, ConvBlockParameters gradients,
        Slot scratch)
    {
        long bytes = (long)images * shape.First.OutputCount * Unsafe.SizeOf<T>();
        using MemoryBlock memory = Primitives.Allocate(Slot.Align(bytes) + bytes);
        Slot between = memory.Slot(0, bytes), dBetween = memory.Slot(Slot.Align(bytes), bytes);
        Primitives.Conv2DForward(shape.First, images, input, parameters.FirstWeights, parameters.FirstBias, Activation.Relu, between, scratch);
        PooledConv.Conv2DMaxPoolBackwardWeights(shape.Second, images, between, dOutput, winners, gradients.SecondWeights, gradients.SecondBias, scratch);
        PooledConv.Conv2DMaxPoolBackwardInput(shape.Second, images, dOutput, winners, parameters.SecondWeights, dBetween, scratch);
        Primitives.Conv2DBackwardWeights(shape.First, images, input, new OutputGradient(dBetween, between), gradients.FirstWeights, gradients.FirstBias, scratch);
    }
}
