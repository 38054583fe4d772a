using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Clipping of gradients.</content>
public partial interface IBackend<T>
{
    /// <summary>The bytes of scratch that <see cref="ClipNorm"/> takes.</summary>
    internal long ClipNormScratchBytes(int count) => 0;

    /// <summary>Multiplies numbers by limit / norm where their Euclidean norm is above the limit.</summary>
    internal void ClipNorm(int count, Slot values, double limit, Slot scratch);
}

/// <content>Clipping of gradients.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public long ClipNormScratchBytes(int count) => ClipNormCpu.ScratchBytes(count);

    public void ClipNorm(int count, Slot values, double limit, Slot scratch) =>
        ClipNormCpu.Clip<TSimd, TVec>(_pool, count, At(values), limit, NativeBlock.Pointer<double>(scratch));
}

/// <content>Clipping of gradients.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ClipNorm(int count, Slot values, double limit, Slot scratch) => ClipNormReference.Clip(limit, Values(values)[..count]);
}
