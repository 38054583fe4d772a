using System.Globalization;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>The options of a command, <c>--name value</c> each; an unknown one is an error.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Reads what follows the command.</summary>
    /// <exception cref="UsageException">An option has no value, or is given twice, or something is not an option.</exception>
    public Options(ReadOnlySpan<string> arguments)
    {
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Length || !_values.TryAdd(arguments[i], arguments[i + 1]))
            {
                throw new UsageException($"'{arguments[i]}' is not an option with one value, given once.");
            }
        }

        Results = new Results(File("--json"), File("--csv"));

        string? File(string name) => _values.Remove(name, out string? file) ? file : null;
    }

    /// <summary>What the command measures; --json and --csv name the files that it is saved to.</summary>
    public Results Results { get; }

    /// <summary>A whole number.</summary>
    public int Int(string name, int otherwise, int minimum = 0, int maximum = int.MaxValue)
    {
        if (!_values.Remove(name, out string? text))
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
            ? value
            : throw new UsageException($"{name} takes a whole number from {minimum} to {maximum}, not '{text}'.");
    }

    /// <summary>How many threads, by --threads: all processors unless it says otherwise.</summary>
    public int Threads() => Int("--threads", Environment.ProcessorCount, minimum: 1, maximum: 1024);

    /// <summary>true or false.</summary>
    public bool Flag(string name, bool otherwise)
    {
        if (!_values.Remove(name, out string? text))
        {
            return otherwise;
        }

        return bool.TryParse(text, out bool value) ? value : throw new UsageException($"{name} takes true or false, not '{text}'.");
    }

    /// <summary>Any text.</summary>
    public string Text(string name, string otherwise) => _values.Remove(name, out string? text) ? text : otherwise;

    /// <summary>A vector width, by --simd.</summary>
    public SimdWidth Simd() => Text("--simd", "auto") switch
    {
        "auto" => SimdWidth.Auto,
        "512" => SimdWidth.Bits512,
        "256" => SimdWidth.Bits256,
        "128" => SimdWidth.Bits128,
        "portable" => SimdWidth.Portable,
        string text => throw new UsageException($"--simd takes auto, 512, 256, 128 or portable, not '{text}'."),
    };

    /// <summary>How convolutions are computed forward, by --conv.</summary>
    public ConvAlgorithm Conv() => Text("--conv", "auto") switch
    {
        "auto" => ConvAlgorithm.Auto,
        "direct" => ConvAlgorithm.Direct,
        "winograd" => ConvAlgorithm.Winograd,
        string text => throw new UsageException($"--conv takes auto, direct or winograd, not '{text}'."),
    };

    /// <summary>Makes sure that all options were known, and makes the folders of the results.</summary>
    /// <exception cref="UsageException">One was not.</exception>
    public void Done()
    {
        foreach (string name in _values.Keys)
        {
            throw new UsageException($"There is no option {name} here.");
        }

        Results.MakeFolders();
    }
}

/// <summary>The command line says something that cannot be done; the message says what.</summary>
internal sealed class UsageException(string message) : Exception(message);
