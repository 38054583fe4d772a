using System.Runtime.InteropServices;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// What every backend promises, tried on each of them by a subclass. The yardstick is the textbook loop: on small whole
/// numbers, where float arithmetic is exact, its very bits; on real numbers its value in double, within the error that a sum of so
/// many terms can have in any order. Every call runs between guard bands, with NaN where it has to write.
/// </summary>
public abstract partial class BackendContract : IDisposable
{
    private readonly Lazy<IBackend<float>> _backend;

    protected BackendContract() => _backend = new Lazy<IBackend<float>>(CreateBackend);

    /// <summary>The backend under test.</summary>
    protected IBackend<float> Backend => _backend.Value;

    /// <summary>The part of the random cases that a slow device can take in the time there is.</summary>
    protected virtual double Share => 1;

    public void Dispose()
    {
        if (_backend.IsValueCreated)
        {
            _backend.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [SkippableFact]
    public void New_memory_is_zero_and_holds_what_is_uploaded()
    {
        using MemoryBlock block = Backend.Allocate(1000);
        Assert.Equal(new byte[1000], Download<byte>(block.Slot(0, 1000)));

        Slot part = block.Slot(64, 40);
        Backend.Upload<float>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], part);
        Assert.Equal([1, 2, 3], Download<float>(part)[..3]);
        Assert.Equal([9, 10, 0], Download<float>(block.Slot(64 + 32, 12)));
        Assert.Equal(new byte[64], Download<byte>(block.Slot(0, 64)));
    }

    [SkippableFact]
    public void It_says_what_it_is()
    {
        Assert.NotEmpty(Backend.Name);
        Assert.NotEmpty(Backend.Simd);
        Assert.True(Backend.Threads >= 1);
    }

    /// <summary>Makes the backend under test; the contract disposes of it.</summary>
    protected abstract IBackend<float> CreateBackend();

    private void ForAll<TCase>(int everyday, FsCheck.Arbitrary<TCase> cases, Action<TCase> holds) =>
        TestScale.ForAll((int)Math.Ceiling(Share * everyday), cases, holds);

    private TValue[] Download<TValue>(Slot slot)
        where TValue : unmanaged
    {
        var values = new TValue[slot.Bytes / Marshal.SizeOf<TValue>()];
        Backend.Download<TValue>(slot, values);
        return values;
    }
}
