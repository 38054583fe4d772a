using System.Diagnostics;
using NeuralCore.Tests;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace NeuralCore.Course.Tests;

/// <summary>The files of the course, and its programs run as a reader runs them.</summary>
internal static class CourseFiles
{
    private static readonly Dictionary<string, Finished> Runs = [];

    /// <summary>With this variable set, the pages are given the programs' output, and the figures are redrawn, in the place of comparing them.</summary>
    public static bool Updates { get; } = Environment.GetEnvironmentVariable("NEURALCORE_COURSE_UPDATE") == "1";

    public static string Folder { get; } = Repository.Locate("src/course");

    /// <summary>The chapters' names: 01-neuron and so on.</summary>
    public static IReadOnlyList<string> Chapters { get; } = NamesIn("");

    public static IReadOnlyList<string> NamesIn(string folder) =>
        [.. Directory.GetFiles(System.IO.Path.Combine(Folder, folder), "??-*.cs").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static string Path(string relative) => System.IO.Path.Combine(Folder, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Builds and runs a program once, and reads the figures that it drew.</summary>
    public static Finished Run(string relative, params string[] arguments)
    {
        if (!Runs.TryGetValue(relative, out Finished? run))
        {
            Finished build = Dotnet(null, "build", "-c", "Release", "-v", "q", "-nologo", Path(relative));
            Assert.True(build.ExitCode == 0, $"{relative} does not build:{Environment.NewLine}{build.Output}");
            using var temporary = new TemporaryFolder();
            string figures = Updates ? Path("figures") : temporary.Path;
            run = Dotnet(figures, ["run", "-c", "Release", "--no-build", "--file", Path(relative), .. arguments]) with
            {
                Figures = Directory.GetFiles(figures, "*.svg").ToDictionary(file => System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText),
            };
            Runs.Add(relative, run);
        }

        return run;
    }

    private static Finished Dotnet(string? figures, params string[] arguments)
    {
        // Chapters are run from elsewhere: they have to find their files themselves.
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = figures ?? Folder,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NEURALCORE_COURSE_FIGURES"] = figures;
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Finished(process.ExitCode, (output + errors.Result).ReplaceLineEndings("\n"), Stopwatch.GetElapsedTime(begin));
    }
}

/// <summary>A program that has ended.</summary>
internal sealed record Finished(int ExitCode, string Output, TimeSpan Time)
{
    /// <summary>The SVG files that it drew, by their names without the ending.</summary>
    public IReadOnlyDictionary<string, string> Figures { get; init; } = new Dictionary<string, string>();
}
