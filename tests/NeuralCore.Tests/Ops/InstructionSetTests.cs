using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Xml.Linq;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The kernels on lesser machines: the contract of the CPU backend runs again in child processes in which the runtime was told to
/// do without an instruction set, as though the processor lacked it.
/// </summary>
public sealed class InstructionSetTests
{
    /// <summary>Fewer random cases than usual: without instruction sets vectors are emulated, and slow.</summary>
    private const string Scale = "0.04";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>What each of the runtime's settings takes away, when it is 0.</summary>
    private static readonly Dictionary<string, Func<bool>> Available = new()
    {
        ["DOTNET_EnableAVX512"] = () => Avx512F.IsSupported || Vector512.IsHardwareAccelerated,
        ["DOTNET_EnableAVX2"] = () => Avx2.IsSupported || Fma.IsSupported || Vector256.IsHardwareAccelerated || Vector<float>.Count > 4,
        ["DOTNET_EnableHWIntrinsic"] = () => Sse42.IsSupported || Vector128.IsHardwareAccelerated,
    };

    /// <summary>In a child this is the proof that it is one; in an ordinary run no setting is there and there is nothing to ask.</summary>
    [Fact]
    public void What_the_environment_switches_off_is_off()
    {
        foreach ((string setting, Func<bool> available) in Available)
        {
            Assert.False(Environment.GetEnvironmentVariable(setting) == "0" && available(), $"{setting} is 0, and changed nothing.");
        }
    }

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void The_kernels_hold_their_contract_without(string setting)
    {
        Skip.If(Available.Keys.Any(name => Environment.GetEnvironmentVariable(name) == "0"), "This process is itself such a child.");
        string folder = Directory.CreateTempSubdirectory("neuralcore-tests-").FullName;
        try
        {
            string output = RunChild(setting, folder, out int exitCode);
            string results = Path.Combine(folder, "results.trx");
            Assert.True(exitCode == 0 && File.Exists(results), $"Without {setting}:{Environment.NewLine}{output}");

            XDocument report = XDocument.Load(results);
            XNamespace ns = report.Root!.Name.Namespace;
            XElement[] tests = [.. report.Descendants(ns + "UnitTestResult")];
            Assert.All(tests, test => Assert.Equal("Passed", test.Attribute("outcome")!.Value));
            Assert.Contains(tests, test => test.Attribute("testName")!.Value.EndsWith(nameof(What_the_environment_switches_off_is_off), StringComparison.Ordinal));
            foreach (string kernels in new[] { nameof(CpuPortableTests), nameof(Cpu128ThreadedTests), nameof(Cpu256Tests), nameof(Cpu512Tests) })
            {
                Assert.True(tests.Count(test => test.Attribute("testName")!.Value.Contains(kernels, StringComparison.Ordinal)) > 10, $"{kernels} did not run.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the contract of the CPU backend in a process that lacks what a setting takes away.</summary>
    private static string RunChild(string setting, string folder, out int exitCode)
    {
        string[] classes = [nameof(CpuPortableTests), nameof(Cpu128ThreadedTests), nameof(Cpu256Tests), nameof(Cpu512Tests), nameof(What_the_environment_switches_off_is_off)];
        var start = new ProcessStartInfo(Host())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            ArgumentList =
            {
                "vstest",
                typeof(InstructionSetTests).Assembly.Location,
                "--TestCaseFilter:" + string.Join('|', classes.Select(name => "FullyQualifiedName~." + name)),
                "--logger:trx;LogFileName=results.trx",
                "--ResultsDirectory:" + folder,
            },
            Environment = { [setting] = "0", [TestScale.Variable] = Scale },
        };
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        Task<string> errors = child.StandardError.ReadToEndAsync();
        if (!child.WaitForExit(Limit))
        {
            child.Kill(entireProcessTree: true);
        }

        child.WaitForExit();
        exitCode = child.ExitCode;
        return output.Result + errors.Result;
    }

    /// <summary>The dotnet that runs this process, or the one that the SDK names.</summary>
    private static string Host()
    {
        string? here = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(here) == "dotnet"
            ? here!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }
}
