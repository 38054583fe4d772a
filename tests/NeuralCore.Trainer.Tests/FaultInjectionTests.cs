using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NeuralCore.Files;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// Every call by which a save reaches the disk, in turn: the program is killed there, or the call fails for want of room or by a
/// broken disk. What was saved before, or what was being saved, is there whole afterwards. strace does the damage. An everyday run
/// takes a few of the writes, and every flush, rename and removal; NEURALCORE_TEST_SCALE=10 takes all of them.
/// </summary>
public sealed partial class FaultInjectionTests : IDisposable
{
    private const string Tracer = "strace";
    private const string Kill = "signal=SIGKILL";

    // The ways to write, flush and rename that there are on this or that processor; the question mark is for those that are not.
    private const string SavingCalls = "pwrite64,fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat";

    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [SkippableTheory]
    [InlineData(Kill)]
    [InlineData("error=ENOSPC")]
    [InlineData("error=EIO")]
    public void A_checkpoint_that_was_kept_is_never_lost(string fault)
    {
        RequireTracer();
        string before = _data.File("before"), folder = _data.File("checkpoints");
        string[] arguments = Arguments("--epochs", "2", "--checkpoint", folder, "--resume", "--keep", "1");
        string expected = Hash(ProgramRun.Of(Arguments("--epochs", "2")));
        Assert.Equal(0, ProgramRun.Of(Arguments("--epochs", "1", "--checkpoint", before)).ExitCode);

        foreach ((string call, int number) in SavingCallsOf(arguments, folder, () => Copy(before, folder)))
        {
            Copy(before, folder);
            (int exitCode, string error) = RunWithFault(arguments, call, number, fault);
            AssertEnded(call, fault, exitCode, error);

            // All is well where there is nothing to complain of: every file that is there is whole.
            ProgramRun resumed = ProgramRun.Of(arguments);
            Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error.Split("Backend")[0]));
            Assert.Contains(resumed.Events, e => e.Name() == "resume");
            Assert.Equal(expected, Hash(resumed));
            Assert.True(File.Exists(Path.Combine(folder, "checkpoint-00000008.safetensors")));
            Assert.Empty(Directory.EnumerateFiles(folder, ".checkpoint*"));
        }
    }

    [SkippableTheory]
    [InlineData(Kill)]
    [InlineData("error=ENOSPC")]
    [InlineData("error=EIO")]
    public void A_model_that_was_saved_is_never_lost(string fault)
    {
        RequireTracer();
        string before = _data.File("before.safetensors");
        string[] arguments = Arguments("--epochs", "1", "--seed", "2");
        string newer = Hash(ProgramRun.Of(arguments));
        string older = Hash(ProgramRun.Of(Arguments("--epochs", "1")));
        File.Move(_data.Model, before);

        foreach ((string call, int number) in SavingCallsOf(arguments, _data.Folder, () => File.Copy(before, _data.Model, overwrite: true)))
        {
            File.Copy(before, _data.Model, overwrite: true);
            (int exitCode, string error) = RunWithFault(arguments, call, number, fault);
            AssertEnded(call, fault, exitCode, error);
            using Model model = ModelFile.Load(_data.Model);
            Assert.Contains(model.WeightsSha256(), (string[])[older, newer]);
        }
    }

    private static void AssertEnded(string call, string fault, int exitCode, string error)
    {
        if (fault == Kill)
        {
            Assert.Equal(137, exitCode);
            return;
        }

        // A checkpoint that cannot be written is one sentence, a model is one and the end; a file that cannot be removed is neither.
        Assert.InRange(exitCode, 0, 1);
        string[] sentences = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(sentences, sentence => Assert.Contains("cannot be written", sentence));
        Assert.InRange(sentences.Length, call.StartsWith("unlink", StringComparison.Ordinal) ? 0 : 1, 2);
    }

    private static string Hash(ProgramRun run)
    {
        Assert.Equal(0, run.ExitCode);
        return run.Events[^1].Text("weights_sha256")!;
    }

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static void RequireTracer()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Tracer, ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            Skip.If(process.ExitCode != 0, "strace may not trace here.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "strace is not installed.");
        }
    }

    /// <summary>Each call that touches a folder: its name, and its number among the calls of that name by one thread, as strace counts.</summary>
    private IEnumerable<(string Call, int Number)> SavingCallsOf(string[] arguments, string folder, Action prepare)
    {
        string log = _data.File("trace.log");
        prepare();
        (int exitCode, _) = Run(["-f", "-y", "-s", "0", "-o", log, "-e", $"trace={SavingCalls}"], arguments);
        Assert.Equal(0, exitCode);
        var counts = new Dictionary<(string Thread, string Call), int>();
        var found = new HashSet<(string, int)>();
        foreach (string line in File.ReadLines(log))
        {
            if (Call().Match(line) is { Success: true } match)
            {
                (string Thread, string Call) key = (match.Groups["thread"].Value, match.Groups["call"].Value);
                counts[key] = counts.GetValueOrDefault(key) + 1;
                if (line.Contains(folder, StringComparison.Ordinal))
                {
                    found.Add((key.Call, counts[key]));
                }
            }
        }

        // At least one write, the two flushes, of the file and of its folder, and the rename.
        Assert.Contains(found, c => c.Item1 == "pwrite64");
        Assert.Contains(("fsync", 2), found);
        Assert.Contains(found, c => c.Item1.StartsWith("rename", StringComparison.Ordinal));
        (string, int)[] writes = [.. found.Where(c => c.Item1 == "pwrite64")];
        int taken = Math.Min(writes.Length, TestScale.Cases(3));
        return [.. found.Except(writes), .. Enumerable.Range(0, taken).Select(i => writes[i * (writes.Length - 1) / Math.Max(1, taken - 1)])];
    }

    private (int ExitCode, string Error) RunWithFault(string[] arguments, string call, int number, string fault)
    {
        string log = _data.File("fault.log");
        (int ExitCode, string Error) run = Run(
            ["-f", "-o", log, "-e", $"trace={call}", "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:{fault}:when={number}")], arguments);
        Assert.Contains(fault == Kill ? "+++ killed by SIGKILL +++" : "(INJECTED)", File.ReadAllText(log));
        return run;
    }

    private static (int ExitCode, string Error) Run(string[] options, string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(ProgramProcess.StartUnder(Tracer, options, arguments));
        return (run.ExitCode, run.Error);
    }

    private string[] Arguments(params string[] more) =>
        ["train", "--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", "--threads", "1", "--json", "-", "--verbose", "0", .. more];

    [GeneratedRegex(@"^(?<thread>\d+) +(?<call>\w+)\(")]
    private static partial Regex Call();
}
