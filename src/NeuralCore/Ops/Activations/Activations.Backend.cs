using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Activation functions.</content>
public partial interface IBackend<T>
{
    /// <summary>y = f(x), element by element.</summary>
    internal void ActivationForward(ActivationFunction function, int count, Slot input, Slot output);

    /// <summary>dx = f'(x) dy, from what the function keeps of the forward pass: x or y.</summary>
    internal void ActivationBackward(ActivationFunction function, int count, Slot saved, Slot dOutput, Slot dInput);
}

/// <content>Activation functions.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void ActivationForward(ActivationFunction function, int count, Slot input, Slot output)
    {
        var user = new ActivationCpu.Forward<TSimd, TVec>(_pool, count, (nint)At(input), (nint)At(output));
        function.With(ref user);
    }

    public void ActivationBackward(ActivationFunction function, int count, Slot saved, Slot dOutput, Slot dInput)
    {
        var user = new ActivationCpu.Backward<TSimd, TVec>(_pool, count, (nint)At(saved), (nint)At(dOutput), (nint)At(dInput));
        function.With(ref user);
    }
}

/// <content>Activation functions.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ActivationForward(ActivationFunction function, int count, Slot input, Slot output) =>
        ActivationReference.Forward<T>(function, Values(input)[..count], Values(output));

    void IBackend<T>.ActivationBackward(ActivationFunction function, int count, Slot saved, Slot dOutput, Slot dInput) =>
        ActivationReference.Backward<T>(function, Values(saved)[..count], Values(dOutput), Values(dInput));
}
