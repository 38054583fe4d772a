using NeuralCore.Ops;

namespace NeuralCore;

/// <content>Sums, element by element, and copies.</content>
public partial interface IBackend<T>
{
    /// <summary>a = a + b, element by element: what a gradient of several readers is summed by.</summary>
    internal void AddTo(int count, Slot a, Slot b);

    /// <summary>sum = ((t0 + t1) + t2) + ..., of at least two terms.</summary>
    internal void Add(int count, ReadOnlySpan<Slot> terms, Slot sum);

    /// <summary>Copies elements from one slot to another.</summary>
    internal void Copy(int count, Slot source, Slot destination);
}

/// <content>Sums, element by element, and copies.</content>
internal sealed unsafe partial class CpuBackend<TSimd, TVec>
{
    public void AddTo(int count, Slot a, Slot b)
    {
        float** terms = stackalloc float*[2] { At(a), At(b) };
        AddCpu.Add<TSimd, TVec>(_pool, count, terms, 2, At(a));
    }

    public void Add(int count, ReadOnlySpan<Slot> terms, Slot sum)
    {
        float** pointers = stackalloc float*[terms.Length];
        for (int k = 0; k < terms.Length; k++)
        {
            pointers[k] = At(terms[k]);
        }

        AddCpu.Add<TSimd, TVec>(_pool, count, pointers, terms.Length, At(sum));
    }

    public void Copy(int count, Slot source, Slot destination) => AddCpu.Copy(_pool, count, At(source), At(destination));
}

/// <content>Sums, element by element, and copies.</content>
public sealed partial class ReferenceBackend<T>
{
    void IBackend<T>.AddTo(int count, Slot a, Slot b) => AddReference.AddTo<T>(Values(a)[..count], Values(b));

    void IBackend<T>.Add(int count, ReadOnlySpan<Slot> terms, Slot sum)
    {
        Primitives.Copy(count, terms[0], sum);
        foreach (Slot term in terms[1..])
        {
            Primitives.AddTo(count, sum, term);
        }
    }

    void IBackend<T>.Copy(int count, Slot source, Slot destination) => Values(source)[..count].CopyTo(Values(destination));
}
