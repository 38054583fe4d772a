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

    MemoryBlock IBackend<T>.Allocate(long bytes) => new NativeBlock(bytes);

    Span<T> IBackend<T>.HostValues(Slot slot) => NativeBlock.Values<T>(slot);

    void IBackend<T>.Upload<TValue>(ReadOnlySpan<TValue> source, Slot destination) =>
        source.CopyTo(NativeBlock.Values<TValue>(destination));

    void IBackend<T>.Download<TValue>(Slot source, Span<TValue> destination) =>
        NativeBlock.Values<TValue>(source)[..destination.Length].CopyTo(destination);

    /// <summary>The ops, which are members of the interface and not of the public class.</summary>
    private IBackend<T> Primitives => this;

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
