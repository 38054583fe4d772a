using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Sums of gradients.</content>
public partial interface IBackend<T>
{
    /// <summary>a = a + b, element by element: what a gradient of several readers is summed by.</summary>
    void AddTo(int count, Slot a, Slot b);
}

/// <content>Sums of gradients.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void AddTo(int count, Slot a, Slot b) => AddCpu.AddTo<TSimd, TVec>(_pool, count, At(a), At(b));
}

/// <content>Sums of gradients.</content>
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void AddTo(int count, Slot a, Slot b)
    {
        Span<T> sum = Values(a), addend = Values(b);
        for (int i = 0; i < count; i++)
        {
            sum[i] += addend[i];
        }
    }
}
