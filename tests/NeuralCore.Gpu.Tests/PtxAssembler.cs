using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NeuralCore.Gpu.Tests;

/// <summary>NVIDIA's assembler, a part of the CUDA toolkit, which needs no device.</summary>
internal sealed partial class PtxAssembler
{
    private readonly string _path;

    private PtxAssembler(string path) => _path = path;

    /// <summary>The assembler on the PATH, if there is one.</summary>
    public static PtxAssembler? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator).Select(directory => Path.Combine(directory, "ptxas")).FirstOrDefault(File.Exists) is { } path
            ? new PtxAssembler(path)
            : null;

    /// <summary>Assembles a kernel.</summary>
    /// <exception cref="InvalidOperationException">The assembler does not take it; the message is its own.</exception>
    public Report Assemble(string code, string architecture)
    {
        string folder = Directory.CreateTempSubdirectory("neuralcore-ptx-").FullName;
        try
        {
            // Nothing in it is newer than the first assembler that knew Hopper.
            string file = Path.Combine(folder, "kernel.ptx");
            File.WriteAllText(file, Version().Replace(code, $".version 7.8{Environment.NewLine}.target {architecture}"));
            using Process process = Process.Start(
                new ProcessStartInfo(_path, [$"-arch={architecture}", "-v", file, "-o", Path.Combine(folder, "kernel.cubin")]) { RedirectStandardError = true })!;
            string text = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? new Report(Number(Registers(), text), Number(Shared(), text), Number(Stack(), text) + Number(SpillStores(), text) + Number(SpillLoads(), text))
                : throw new InvalidOperationException(text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Number(Regex pattern, string text) =>
        pattern.Match(text) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\.version \S+\s+\.target \S+")]
    private static partial Regex Version();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();

    [GeneratedRegex(@"(\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex SpillStores();

    [GeneratedRegex(@"(\d+) bytes spill loads")]
    private static partial Regex SpillLoads();

    /// <summary>What a thread and a group of a kernel take.</summary>
    /// <param name="Registers">Registers a thread.</param>
    /// <param name="SharedBytes">Shared memory a group.</param>
    /// <param name="SpilledBytes">What a thread keeps in memory for want of a register: its stack, stores and loads.</param>
    internal readonly record struct Report(int Registers, int SharedBytes, int SpilledBytes);
}
