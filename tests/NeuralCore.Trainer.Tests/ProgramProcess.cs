using System.Diagnostics;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// The program in a process of its own, which can be sent signals and killed: the one that was built with the tests, or the published one that
/// NEURALCORE_TEST_PROGRAM names.
/// </summary>
internal static class ProgramProcess
{
    private const string Variable = "NEURALCORE_TEST_PROGRAM";

    /// <summary>The file of the published program that is tested; null if it is the one that was built with the tests.</summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path ? null
        : File.Exists(path) ? Path.GetFullPath(path)
        : throw new FileNotFoundException($"{Variable} names '{path}', and there is no such file; publish the program, or leave the variable unset.");

    /// <summary>How a command line begins that starts the program.</summary>
    public static string[] Command { get; } = Published is null ? [Runtime, typeof(App).Assembly.Location] : [Published];

    /// <summary>The version of the program.</summary>
    public static string Version => Published is null ? App.Version : ProgramRun.Of("--version").Output.TrimEnd();

    private static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Skips a test of the program that was built with the tests while a published one is tested.</summary>
    public static void RequireBuilt(string reason) => Skip.IfNot(Published is null, reason);

    /// <summary>Starts the program.</summary>
    public static Process Start(params string[] arguments) => StartWith([], arguments);

    /// <summary>Starts the program with some environment variables of its own.</summary>
    public static Process StartWith((string Name, string? Value)[] environment, params string[] arguments) => Launch([.. Command, .. arguments], environment);

    /// <summary>Starts a copy of the program that was built with the tests.</summary>
    public static Process StartAt(string program, params string[] arguments) => Launch([Runtime, program, .. arguments]);

    /// <summary>Starts the program under another one, which takes it as its last arguments.</summary>
    public static Process StartUnder(string tool, string[] options, string[] arguments) => Launch([tool, .. options, .. Command, .. arguments]);

    /// <summary>
    /// Starts the program on a terminal, which script of util-linux plays. What it writes to standard error goes there, too. Without TERM, the
    /// terminal gets what the program writes and nothing else: the runtime knows no control sequence to begin with.
    /// </summary>
    public static Process StartOnScreen(int width, params string[] arguments) =>
        Launch(["script", "-qec", $"stty cols {width} -onlcr; {string.Join(' ', Command.Concat(arguments).Select(word => $"'{word}'"))}", "/dev/null"], [("TERM", null)]);

    private static Process Launch(string[] line, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
