using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Pooling over whole images.</content>
public partial interface IBackend<T>
{
    /// <summary>y: the average of each channel of an image.</summary>
    internal void GlobalAveragePool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output);

    /// <summary>dx of the averages from dy.</summary>
    internal void GlobalAveragePool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot dInput);

    /// <summary>y: the maximum of each channel of an image; winners, if there is to be a backward pass, receives their positions, 32-bit whole numbers.</summary>
    internal void GlobalMaxPool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output, Slot? winners);

    /// <summary>dx of the maxima from dy and the winners.</summary>
    internal void GlobalMaxPool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput);
}

/// <content>Pooling over whole images.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void GlobalAveragePool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output) =>
        GlobalPool2DCpu.Average<TSimd, TVec>(_pool, shape, images, At(input), At(output));

    public void GlobalAveragePool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        GlobalPool2DCpu.AverageBackward<TSimd, TVec>(_pool, shape, images, At(dOutput), At(dInput));

    public void GlobalMaxPool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        GlobalPool2DCpu.Max<TSimd, TVec>(_pool, shape, images, At(input), At(output), winners is { } some ? NativeBlock.Pointer<int>(some) : null);

    public void GlobalMaxPool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        GlobalPool2DCpu.MaxBackward(_pool, shape, images, At(dOutput), NativeBlock.Pointer<int>(winners), At(dInput));
}

/// <content>Pooling over whole images.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.GlobalAveragePool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output) =>
        GlobalPool2DReference.Average<T>(shape, images, Values(input), Values(output));

    void IBackend<T>.GlobalAveragePool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot dInput) =>
        GlobalPool2DReference.AverageBackward<T>(shape, images, Values(dOutput), Values(dInput));

    void IBackend<T>.GlobalMaxPool2DForward(in GlobalPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        GlobalPool2DReference.Max<T>(shape, images, Values(input), Values(output), winners is { } some ? NativeBlock.Values<int>(some) : default);

    void IBackend<T>.GlobalMaxPool2DBackwardInput(in GlobalPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        GlobalPool2DReference.MaxBackward<T>(shape, images, Values(dOutput), NativeBlock.Values<int>(winners), Values(dInput));
}
