using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Items that count more or less than others.</content>
public partial interface IBackend<T>
{
    /// <summary>values[row, column] *= factors[row], in place.</summary>
    internal void ScaleRows(int rows, int columns, Slot values, Slot factors);
}

/// <content>Items that count more or less than others.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void ScaleRows(int rows, int columns, Slot values, Slot factors) => ScaleRowsReference.Run<float>(rows, columns, HostValues(values), HostValues(factors));
}

/// <content>Items that count more or less than others.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.ScaleRows(int rows, int columns, Slot values, Slot factors) => ScaleRowsReference.Run<T>(rows, columns, Values(values), Values(factors));
}
