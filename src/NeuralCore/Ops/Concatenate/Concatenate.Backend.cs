using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Concatenations.</content>
public partial interface IBackend<T>
{
    /// <summary>Copies a part of each row of a matrix to a part of each row of another; nothing else of that is written.</summary>
    internal void CopyRows(in RowCopy copy, Slot source, Slot destination);
}

/// <content>Concatenations.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void CopyRows(in RowCopy copy, Slot source, Slot destination) => ConcatenateCpu.CopyRows<TSimd, TVec>(_pool, copy, At(source), At(destination));
}

/// <content>Concatenations.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.CopyRows(in RowCopy copy, Slot source, Slot destination) => ConcatenateReference.CopyRows<T>(copy, Values(source), Values(destination));
}
