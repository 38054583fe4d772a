using System.Numerics;

namespace NeuralCore;

/// <summary>
/// Something that can train: it owns memory and runs every op in every direction. Made by <see cref="CpuBackend.Create"/>, as
/// <see cref="ReferenceBackend{T}"/>, or by the package NeuralCore.Gpu, and given to a model or a tape.
/// </summary>
/// <remarks>
/// The ops are internal, since their sizes and memory are: one method an op and direction. What an op computes is said where its textbook loop is
/// (Conv2DReference and its neighbours in Ops), and every backend has to agree with that within the rounding of another order of summation.
/// Sizes count elements and images; slots are this backend's memory, in the shapes that the reference op states. Outputs do not
/// overlap inputs, except where an op says so. A backend that is not concurrent is used from one thread at a time.
/// </remarks>
/// <typeparam name="T">The type of the numbers: float to train, double to check gradients.</typeparam>
public partial interface IBackend<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The backend's name on the command line: reference, cpu.</summary>
    string Name { get; }

    /// <summary>The instructions its kernels use, for people to read.</summary>
    string Simd { get; }

    /// <summary>The threads that work on an op.</summary>
    int Threads { get; }

    /// <summary>Whether several threads may run plans of their own at the same time. Where not, the backend is one queue.</summary>
    bool IsConcurrent => false;

    /// <summary>Does work on the host for items 0 to <paramref name="items"/> - 1, by as many threads as the backend has, and returns when all is done.</summary>
    internal void ForEachItem(IItemWork work, int items) => work.Do(0, items, 0);

    /// <summary>Takes zero-filled memory.</summary>
    internal MemoryBlock Allocate(long bytes);

    /// <summary>A slot's memory, to write to instead of uploading; empty where it is not the host's.</summary>
    internal Span<T> HostValues(Slot slot) => default;

    /// <summary>Copies host values to a slot.</summary>
    internal void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged;

    /// <summary>Copies a slot's first values to the host, when all ops before are done.</summary>
    internal void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged;
}
