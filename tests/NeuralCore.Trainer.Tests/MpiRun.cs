using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>The program as a launcher of MPI starts it, several times at once.</summary>
internal sealed class MpiRun : IDisposable
{
    public const string OpenMpi = "openmpi", Mpich = "mpich";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private MpiRun(Process process)
    {
        Process = process;
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>The launcher.</summary>
    public Process Process { get; }

    /// <summary>All that the launcher and the ranks have written to standard error.</summary>
    public string Error => _error.Result;

    /// <summary>The JSON lines among all that they have written to standard output.</summary>
    public JsonElement[] Events => ProgramRun.Parse(string.Join('\n', _output.Result.Split('\n').Where(line => line.StartsWith('{'))));

    /// <summary>Starts the program, and waits for its end.</summary>
    public static MpiRun Of(string mpi, int ranks, params string[] arguments)
    {
        MpiRun run = Start(mpi, (ranks, arguments));
        run.Wait();
        return run;
    }

    /// <summary>Starts one job of several parts, each a number of ranks and the arguments that they get.</summary>
    public static MpiRun Start(string mpi, params (int Ranks, string[] Arguments)[] parts) => Start(mpi, killsAfter: 1, parts);

    /// <summary>The same, with the seconds that Open MPI waits between asking its ranks to end and killing them.</summary>
    public static MpiRun Start(string mpi, int killsAfter, params (int Ranks, string[] Arguments)[] parts)
    {
        (string launcher, string[] options) = Find(mpi);
        List<string> line = [.. options];
        for (int i = 0; i < parts.Length; i++)
        {
            line.AddRange([.. i == 0 ? Array.Empty<string>() : [":"], "-n", $"{parts[i].Ranks}", .. ProgramProcess.Command, .. parts[i].Arguments]);
        }

        var start = new ProcessStartInfo(launcher, line) { RedirectStandardOutput = true, RedirectStandardError = true };
        (string, string)[] variables = [("TERM", "dumb"), ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), ("OMPI_MCA_odls_base_sigkill_timeout", $"{killsAfter}")];
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new MpiRun(Process.Start(start)!);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int Wait()
    {
        if (!Process.WaitForExit(Longest))
        {
            Process.Kill(entireProcessTree: true);
            Assert.Fail($"The job has not ended within {Longest.TotalSeconds} s: {Error}");
        }

        return Process.ExitCode;
    }

    /// <summary>The ids of the processes whose arguments contain a mark, by rank.</summary>
    public static Dictionary<int, int> Ranks(string mark)
    {
        var ranks = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal)
                    && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').FirstOrDefault(IsRank) is { } variable)
                {
                    ranks[int.Parse(variable.Split('=')[1])] = int.Parse(Path.GetFileName(folder));
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Processes end at any moment.
            }
        }

        return ranks;

        static bool IsRank(string variable) => variable.StartsWith("OMPI_COMM_WORLD_RANK=", StringComparison.Ordinal) || variable.StartsWith("PMI_RANK=", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }

    /// <summary>The launcher of an MPI, as Debian names it where both are installed, or as the only one.</summary>
    private static (string Launcher, string[] Options) Find(string mpi)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Several processes train together on Linux alone.");
        string? path = new[] { $"mpirun.{mpi}", "mpirun" }
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(file => File.Exists(file) && IsOf(file, mpi));
        Skip.If(path is null, $"There is no mpirun of {mpi} here. On Debian and Ubuntu, apt-get install {(mpi == OpenMpi ? "openmpi-bin libopenmpi3" : "mpich")} brings one.");
        return (path!, mpi == OpenMpi ? ["--bind-to", "none", "--oversubscribe"] : []);
    }

    private static bool IsOf(string launcher, string mpi)
    {
        using Process process = Process.Start(new ProcessStartInfo(launcher, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Contains(mpi == OpenMpi ? "Open MPI" : "HYDRA", StringComparison.OrdinalIgnoreCase);
    }
}
