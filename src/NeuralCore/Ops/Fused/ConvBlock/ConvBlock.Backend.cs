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
    /// one byte an output.
    /// </summary>
    void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, in ConvBlockParameters parameters, Activation activation, in PooledResult output, Slot scratch);

    /// <summary>The gradients of both convolutions' parameters from dy and the winners.</summary>
    void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, in ConvBlockParameters parameters,
        in ConvBlockParameters gradients, Slot scratch);
}

/// <content>Two convolutions and what follows them up to a pooling and a dropout.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec> : IFusedConvBlock
{
    public bool Pays(in ConvBlockShape shape) => !Conv2DLanes.TakesBackwardWeights(shape.First);

    public long ScratchBytes(in ConvBlockShape shape, int images) => ConvBlockCpu.ScratchBytes(shape, images, Threads);

    public void ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, in ConvBlockParameters parameters, Activation activation, in PooledResult output, Slot scratch) =>
        ConvBlockCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(parameters, shape), activation, At(output), At(scratch));

    public void ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, in ConvBlockParameters parameters,
        in ConvBlockParameters gradients, Slot scratch) =>
        ConvBlockCpu.Backward<TSimd, TVec>(
            _pool, shape, images, At(input), Gradient(dOutput, winners), At(parameters, shape), At(gradients, shape), At(scratch));

    private ConvBlockPointers At(in ConvBlockParameters parameters, in ConvBlockShape shape) =>
        new(At(parameters.First, shape.First.Filters, ConvWay.Product), At(parameters.Second, shape.Second));
}

/// <content>Two convolutions and what follows them up to a pooling and a dropout.</content>
public sealed partial class ReferenceBackend<T> : IFusedConvBlock
{
    private IFusedConv2DMaxPool PooledConv => this;

    long IFusedConvBlock.ScratchBytes(in ConvBlockShape shape, int images) => 0;

    void IFusedConvBlock.ConvBlockForward(
        in ConvBlockShape shape, int images, Slot input, in ConvBlockParameters parameters, Activation activation, in PooledResult output, Slot scratch)
    {
        using MemoryBlock memory = Primitives.Allocate((long)images * shape.First.OutputCount * Unsafe.SizeOf<T>());
        Slot between = memory.Slot(0, memory.Bytes);
        Primitives.Conv2DForward(shape.First, images, input, parameters.First, Activation.Relu, between, scratch);
        PooledConv.Conv2DMaxPoolForward(shape.Second, images, between, parameters.Second, activation, output, scratch);
    }

    void IFusedConvBlock.ConvBlockBackward(
        in ConvBlockShape shape, int images, Slot input, OutputGradient dOutput, Slot winners, in ConvBlockParameters parameters,
        in ConvBlockParameters gradients, Slot scratch)
    {
        long bytes = (long)images * shape.First.OutputCount * Unsafe.SizeOf<T>();
        using MemoryBlock memory = Primitives.Allocate(Slot.Align(bytes) + bytes);
        Slot between = memory.Slot(0, bytes), dBetween = memory.Slot(Slot.Align(bytes), bytes);
        Primitives.Conv2DForward(shape.First, images, input, parameters.First, Activation.Relu, between, scratch);
        PooledConv.Conv2DMaxPoolBackwardWeights(shape.Second, images, between, dOutput, winners, gradients.Second.Values, gradients.Second.Bias, scratch);
        PooledConv.Conv2DMaxPoolBackwardInput(shape.Second, images, dOutput, winners, parameters.Second.Values, dBetween, scratch);
        Primitives.Conv2DBackwardWeights(shape.First, images, input, new OutputGradient(dBetween, between), gradients.First.Values, gradients.First.Bias, scratch);
    }
}
