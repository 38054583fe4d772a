using System.Diagnostics;

namespace NeuralCore.Trainer.Tests;

/// <summary>The program in a process of its own, which can be sent signals and killed.</summary>
internal static class ProgramProcess
{
    private static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts the program.</summary>
    public static Process Start(params string[] arguments) => Start(Runtime, [], arguments);

    /// <summary>Starts the program under another one, which takes it as its last arguments.</summary>
    public static Process StartUnder(string tool, string[] options, string[] arguments) => Start(tool, [.. options, Runtime], arguments);

    private static Process Start(string file, string[] before, string[] arguments) =>
        Process.Start(new ProcessStartInfo(file, [.. before, typeof(App).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
