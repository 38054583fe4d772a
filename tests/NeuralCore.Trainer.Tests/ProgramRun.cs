using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>What one run of the program did.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON lines of the output. Anything else on it fails the test.</summary>
    public JsonElement[] Events => Parse(Output);

    /// <summary>Runs the program: in this process, unless a published one is tested.</summary>
    public static ProgramRun Of(params string[] args) => ProgramProcess.Published is null ? Here(default, screenWidth: null, args) : Of(ProgramProcess.Start(args));

    /// <summary>Runs the program on a screen of a given width in columns: in this process, unless a published one is tested.</summary>
    public static ProgramRun OnScreen(int width, params string[] args) =>
        ProgramProcess.Published is null ? Here(default, width, args) : Of(ProgramProcess.StartOnScreen(width, args));

    /// <summary>Waits for the end of a process.</summary>
    public static ProgramRun Of(Process process)
    {
        using (process)
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new ProgramRun(process.ExitCode, output, error.Result);
        }
    }

    /// <summary>Runs the program that was built with the tests in this process, on a screen or not.</summary>
    public static ProgramRun Here(CancellationToken cancellationToken, int? screenWidth, params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        bool isScreen = screenWidth is not null;
        int exitCode = App.Run(args, new Terminal(output, error, isScreen, isScreen, () => screenWidth ?? 0), cancellationToken);
        return new ProgramRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Parses JSON lines.</summary>
    public static JsonElement[] Parse(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The run failed as every failure should: with this code, and one sentence that names what it is about.</summary>
    public ProgramRun AssertFailed(ExitCode exitCode, string about)
    {
        Assert.Equal((int)exitCode, ExitCode);
        string sentence = Error.TrimEnd('\n', '\r');
        Assert.DoesNotContain('\n', sentence);
        Assert.EndsWith(".", sentence);
        Assert.Contains(about, sentence);
        Assert.DoesNotContain(" at NeuralCore.", Error);
        return this;
    }
}

/// <summary>Short ways to look into JSON.</summary>
internal static class JsonElementExtensions
{
    public static string Name(this JsonElement element) => element.GetProperty("event").GetString()!;

    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static string[] Fields(this JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];
}
