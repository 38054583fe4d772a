using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Cases;

/// <summary>One op in one direction at one size.</summary>
/// <param name="Op">The op and its sizes.</param>
/// <param name="Direction">forward, backward input, backward weights, or what else the op has.</param>
/// <param name="Flop">Its floating-point operations, a multiply and an add counted as two; 0 where memory, not arithmetic, is the limit.</param>
/// <param name="Bytes">The bytes it has to read and write at least; 0 where arithmetic is the limit.</param>
/// <param name="Prepare">Takes its memory and returns what runs it once.</param>
internal sealed record OpCase(string Op, string Direction, double Flop, double Bytes, Func<OpMemory, Action> Prepare)
{
    /// <summary>Op and direction.</summary>
    public string Name => $"{Op}, {Direction}";

    /// <summary>The GFLOP/s of a run that takes this long; null if memory is the limit.</summary>
    public double? Gflops(double seconds) => Flop > 0 ? Flop / seconds / 1e9 : null;

    /// <summary>The GB/s of a run that takes this long; null if arithmetic is the limit.</summary>
    public double? GigabytesPerSecond(double seconds) => Bytes > 0 ? Bytes / seconds / 1e9 : null;

    /// <summary>The case with its own memory on a backend.</summary>
    public PreparedOp On(IBackend<float> backend) => new(this, backend);
}

/// <summary>An op with its memory, to be run again and again.</summary>
internal sealed class PreparedOp : IDisposable
{
    private readonly OpMemory _memory;

    /// <summary>Takes the memory.</summary>
    public PreparedOp(OpCase @case, IBackend<float> backend)
    {
        Case = @case;
        _memory = new OpMemory(backend);
        Run = @case.Prepare(_memory);
    }

    /// <summary>What it is.</summary>
    public OpCase Case { get; }

    /// <summary>Runs it once.</summary>
    public Action Run { get; }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
