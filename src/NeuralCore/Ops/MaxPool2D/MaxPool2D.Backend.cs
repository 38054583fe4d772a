using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Max-pooling.</content>
public partial interface IBackend<T>
{
    /// <summary>y = max-pool(x); winners, if there is to be a backward pass, receives one byte an output.</summary>
    internal void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners);

    /// <summary>dx of a max-pooling from dy and the winners.</summary>
    internal void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput);
}

/// <content>Max-pooling.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        MaxPool2DCpu.Forward<TSimd, TVec>(_pool, shape, images, At(input), At(output), BytesOrNull(winners));

    public void MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        MaxPool2DCpu.BackwardInput(_pool, shape, images, At(dOutput), NativeBlock.Pointer<byte>(winners), At(dInput));
}

/// <content>Max-pooling.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.MaxPool2DForward(in MaxPool2DShape shape, int images, Slot input, Slot output, Slot? winners) =>
        MaxPool2DReference.Forward<T>(shape, images, Values(input), Values(output), Winners(winners));

    void IBackend<T>.MaxPool2DBackwardInput(in MaxPool2DShape shape, int images, Slot dOutput, Slot winners, Slot dInput) =>
        MaxPool2DReference.BackwardInput<T>(shape, images, Values(dOutput), NativeBlock.Values<byte>(winners), Values(dInput));

    private static Span<byte> Winners(Slot? slot) => slot is { } some ? NativeBlock.Values<byte>(some) : default;
}
