using System.Numerics;
using System.Runtime.CompilerServices;

using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// The backend of textbook loops on one thread: what every other backend is measured against, and in double what the
/// gradients are checked with. Slow, and meant to be.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
public sealed partial class ReferenceBackend<T> : IBackend<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public string Simd => "scalar";

    /// <inheritdoc/>
    public int Threads => 1;

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <inheritdoc/>
    public MemoryBlock Allocate(long bytes) => new NativeBlock(bytes);

    /// <inheritdoc/>
    public Span<T> HostValues(Slot slot) => NativeBlock.Values<T>(slot);

    /// <inheritdoc/>
    public void Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination)
        where TValue : unmanaged => source.CopyTo(NativeBlock.Values<TValue>(destination));

    /// <inheritdoc/>
    public void Download<TValue>(Slot source, Span<TValue> destination)
        where TValue : unmanaged => NativeBlock.Values<TValue>(source)[..destination.Length].CopyTo(destination);

    /// <summary>Nothing to give back: the memory belongs to its blocks.</summary>
    public void Dispose()
    {
    }

    /// <summary>dz from dy: the derivatives of the activation and of a dropout behind it, as ops of their own.</summary>
    private static ReadOnlySpan<T> BeforeActivation(OutputGradient dOutput)
    {
        Span<T> dy = Values(dOutput.Gradient);
        if (dOutput.ReluOutput is not { } output)
        {
            return dy;
        }

        var dz = new T[dy.Length];
        BeforeActivation(Values(output)[..dz.Length], dOutput.Scale, dy, dz);
        return dz;
    }

    /// <summary>The same from y, what a dropout multiplied with, and dy; dz may be y.</summary>
    private static void BeforeActivation(ReadOnlySpan<T> y, double scale, ReadOnlySpan<T> dy, Span<T> dz)
    {
        ReluReference.Backward(y, dy, dz);
        T factor = T.CreateChecked(scale);
        for (int i = 0; i < y.Length; i++)
        {
            dz[i] *= factor;
        }
    }

    private static Span<T> ValuesOrNone(Slot? slot) => slot is { } some ? Values(some) : default;

    private static Span<T> Values(Slot slot) => NativeBlock.Values<T>(slot);
}
