using System.Text.Json;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>What one run of the program did.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON lines of the output. Anything else on it fails the test.</summary>
    public JsonElement[] Events => Parse(Output);

    /// <summary>Runs the program in this process.</summary>
    public static ProgramRun Of(params string[] args) => With(default, screenWidth: null, args);

    /// <summary>Runs the program in this process, on a screen of so many columns.</summary>
    public static ProgramRun OnScreen(int width, params string[] args) => With(default, width, args);

    /// <summary>Runs the program in this process, on a screen or not.</summary>
    public static ProgramRun With(CancellationToken cancellationToken, int? screenWidth, params string[] args)
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
