using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Dropout.</content>
public partial interface IBackend<T>
{
    /// <summary>Both directions of dropout; destination may be source.</summary>
    internal void Dropout(in DropoutMask mask, int count, Slot source, Slot destination);
}

/// <content>Dropout.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void Dropout(in DropoutMask mask, int count, Slot source, Slot destination) =>
        DropoutCpu.Apply(_pool, mask, count, At(source), At(destination));
}

/// <content>Dropout.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.Dropout(in DropoutMask mask, int count, Slot source, Slot destination) =>
        DropoutReference.Apply<T>(mask, Values(source)[..count], Values(destination));
}
