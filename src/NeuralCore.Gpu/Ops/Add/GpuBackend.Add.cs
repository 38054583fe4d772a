using NeuralCore.Gpu.Kernels;

namespace NeuralCore.Gpu;

/// <content>Sums, element by element, and copies.</content>
public sealed partial class GpuBackend
{
    private readonly AddKernels _add;

    void IBackend<float>.AddTo(int count, Slot a, Slot b) => _add.Add(Stream, count, At(a), At(b), At(a));

    void IBackend<float>.Add(int count, ReadOnlySpan<Slot> terms, Slot sum)
    {
        _add.Add(Stream, count, At(terms[0]), At(terms[1]), At(sum));
        foreach (Slot term in terms[2..])
        {
            Primitives.AddTo(count, sum, term);
        }
    }

    void IBackend<float>.Copy(int count, Slot source, Slot destination) => _add.Copy(Stream, count, At(source), At(destination));
}
