using System.Diagnostics;

namespace NeuralCore.Trainer.Tests;

/// <summary>The program in a process of its own, which can be sent signals and killed.</summary>
internal static class ProgramProcess
{
    /// <summary>What runs it.</summary>
    public static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts the program.</summary>
    public static Process Start(params string[] arguments) => Start(Runtime, [], arguments);

    /// <summary>Starts the program with some environment variables of its own.</summary>
    public static Process StartWith((string Name, string Value)[] environment, params string[] arguments)
    {
        ProcessStartInfo start = Describe(Runtime, [typeof(App).Assembly.Location, .. arguments]);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Starts a copy of the program.</summary>
    public static Process StartAt(string program, params string[] arguments) => Process.Start(Describe(Runtime, [program, .. arguments]))!;

    /// <summary>Starts the program under another one, which takes it as its last arguments.</summary>
    public static Process StartUnder(string tool, string[] options, string[] arguments) => Start(tool, [.. options, Runtime], arguments);

    private static Process Start(string file, string[] before, string[] arguments) =>
        Process.Start(Describe(file, [.. before, typeof(App).Assembly.Location, .. arguments]))!;

    private static ProcessStartInfo Describe(string file, string[] arguments) =>
        new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
