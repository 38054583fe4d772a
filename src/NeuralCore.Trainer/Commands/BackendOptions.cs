using System.CommandLine;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options that choose what computes.</summary>
internal sealed class BackendOptions
{
    private const int MostThreads = 1024;
    private const string GpuWord = "gpu";

    private readonly Option<int> _threads = OptionOf.WholeNumber(
        "--threads", "Number of threads; the result does not depend on it.", RankChoice.Threads, 1, MostThreads);

    private readonly ChoiceOption<Func<BackendOptions, ParseResult, IBackend<float>>> _backend = new(
        "--backend", "Backend to compute on; reference is slow and meant for comparison.",
        ("cpu", (my, line) => CpuBackend.Create(line.GetValue(my._threads), my._simd.Value(line), my._conv.Value(line))),
        (GpuWord, (my, line) => GpuChoice.Create(line.GetValue(my._device), my._conv.Value(line))),
        ("reference", (_, _) => new ReferenceBackend<float>()));

    private readonly DeviceOption _device = new();

    private readonly ChoiceOption<SimdWidth> _simd = new(
        "--simd", "Vector width in bits, the widest available, or System.Numerics.Vector.",
        ("auto", SimdWidth.Auto), ("512", SimdWidth.Bits512), ("256", SimdWidth.Bits256), ("128", SimdWidth.Bits128), ("portable", SimdWidth.Portable));

    private readonly ChoiceOption<ConvAlgorithm> _conv = new(
        "--conv", "Convolution of 3x3: by definition, or by Winograd's minimal filtering where it applies (auto does the latter).",
        ("auto", ConvAlgorithm.Auto), ("direct", ConvAlgorithm.Direct), ("winograd", ConvAlgorithm.Winograd));

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_threads, _backend, _device, _simd, _conv];

    /// <summary>The peak of the processor with these vectors on this many threads, in GFLOP/s.</summary>
    public double MeasurePeak(ParseResult line) => FmaPeak.Measure(line.GetValue(_threads), _simd.Value(line));

    /// <summary>How many threads compute.</summary>
    public int Threads(ParseResult line) => line.GetValue(_threads);

    /// <summary>The word for how convolutions are computed: another one gives other bits.</summary>
    public string Conv(ParseResult line) => $"{_conv.Value(line)}".ToLowerInvariant();

    /// <summary>Makes the backend that a command line asks for.</summary>
    public IBackend<float> Create(ParseResult line)
    {
        if (line.GetValue(_device) is not null && !IsGpu(line))
        {
            throw new RunException(ExitCode.Usage, $"--device chooses what --backend {GpuWord} computes on; use both, or neither.");
        }

        return _backend.Value(line)(this, line);
    }

    /// <summary>Refuses to cut batches for another device.</summary>
    public void RequireProcessorForShards(ParseResult line)
    {
        if (IsGpu(line))
        {
            throw new RunException(ExitCode.Usage, $"--shards and several ranks train on processors, and --backend {GpuWord} computes on another device; leave out one of them.");
        }
    }

    /// <summary>Refuses to time what goes on elsewhere.</summary>
    public void RequireProcessor(ParseResult line, string option)
    {
        if (IsGpu(line))
        {
            throw new RunException(ExitCode.Usage, $"{option} shows where the processor's time goes, and --backend {GpuWord} computes on another device; leave out one of them.");
        }
    }

    private bool IsGpu(ParseResult line) => line.GetValue(_backend) == GpuWord;
}
