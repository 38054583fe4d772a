using System.CommandLine;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options that choose what computes.</summary>
internal sealed class BackendOptions
{
    private const int MostThreads = 1024;

    private readonly Option<int> _threads = OptionOf.WholeNumber(
        "--threads", "Threads that compute; the result does not depend on them.", Environment.ProcessorCount, 1, MostThreads);

    private readonly ChoiceOption<Func<int, SimdWidth, ConvAlgorithm, IBackend<float>>> _backend = new(
        "--backend", "What computes; the reference is slow, and there to compare with.",
        ("cpu", CpuBackend.Create), ("reference", (_, _, _) => new ReferenceBackend<float>()));

    private readonly ChoiceOption<SimdWidth> _simd = new(
        "--simd", "The processor's vectors: their bits, the widest, or System.Numerics.Vector.",
        ("auto", SimdWidth.Auto), ("512", SimdWidth.Bits512), ("256", SimdWidth.Bits256), ("128", SimdWidth.Bits128), ("portable", SimdWidth.Portable));

    private readonly ChoiceOption<ConvAlgorithm> _conv = new(
        "--conv", "How convolutions are computed forward: by the definition, or by Winograd's filtering wherever it can be, as auto does.",
        ("auto", ConvAlgorithm.Auto), ("direct", ConvAlgorithm.Direct), ("winograd", ConvAlgorithm.Winograd));

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_threads, _backend, _simd, _conv];

    /// <summary>What the processor can do at most with these vectors on so many threads, in GFLOP/s.</summary>
    public double MeasurePeak(ParseResult line) => FmaPeak.Measure(line.GetValue(_threads), _simd.Value(line));

    /// <summary>The word for how convolutions are computed: another one gives other bits.</summary>
    public string Conv(ParseResult line) => $"{_conv.Value(line)}".ToLowerInvariant();

    /// <summary>Makes the backend that a command line asks for.</summary>
    public IBackend<float> Create(ParseResult line) => _backend.Value(line)(line.GetValue(_threads), _simd.Value(line), _conv.Value(line));
}
