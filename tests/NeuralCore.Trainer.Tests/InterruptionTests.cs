using System.Diagnostics;
using System.Globalization;
using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class InterruptionTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Before_the_first_step_nothing_is_saved()
    {
        ProgramRun.Here(new CancellationToken(canceled: true), null, Arguments("--epochs", "1"))
            .AssertFailed(ExitCode.Cancelled, "nothing was saved");
        Assert.Empty(_data.FilesMade);
    }

    [Fact]
    public void In_the_middle_what_was_learnt_is_saved_beside_the_old_model()
    {
        File.WriteAllText(_data.Model, "the model of yesterday");
        using var cancellation = new CancellationTokenSource();
        var output = new CancellingWriter("\"epoch\":2", cancellation);
        var error = new StringWriter();

        int exitCode = App.Run(Arguments("--epochs", "5", "--json", "-"), new Terminal(output, error), cancellation.Token);

        string kept = _data.File("model.interrupted.safetensors");
        Assert.Equal((int)ExitCode.Cancelled, exitCode);
        Assert.Contains($"Interrupted after the training of epoch 2: what it had learnt is saved as '{kept}', and '{_data.Model}' is unchanged.", error.ToString());
        Assert.Equal("the model of yesterday", File.ReadAllText(_data.Model));
        Assert.Equal(["model.interrupted.safetensors", "model.safetensors"], _data.FilesMade);
        Assert.Equal(10, ModelFile.ReadArchitecture(kept).Classes);
        Assert.Equal(["start", "epoch", "epoch", "error"], ProgramRun.Parse(output.ToString()).Select(e => e.Name()));
        Assert.Equal(130, ProgramRun.Parse(output.ToString())[^1].Number("exit_code"));
    }

    [SkippableTheory]
    [InlineData("INT", 2, false)]
    [InlineData("TERM", 15, false)]
    [InlineData("INT", 2, true)]
    [InlineData("TERM", 15, true)]
    public async Task A_signal_ends_the_program_politely(string signal, int number, bool withCheckpoints)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill, which Windows does not have.");
        Skip.If(IsIgnored(number), "This process was started with the signal ignored, and its children inherit that.");
        File.WriteAllText(_data.Model, "the model of yesterday");
        string[] arguments = withCheckpoints
            ? Arguments("--epochs", "1000000", "--json", "-", "--verbose", "0", "--checkpoint", _data.File("checkpoints"), "--keep", "1")
            : Arguments("--epochs", "1000000", "--json", "-", "--verbose", "0");
        using Process process = ProgramProcess.Start(arguments);
        try
        {
            Assert.Contains("\"start\"", await process.StandardOutput.ReadLineAsync());
            Assert.Contains("\"epoch\"", await process.StandardOutput.ReadLineAsync());
            using (Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.Equal(130, process.ExitCode);
            Assert.StartsWith("Interrupted ", await error);
            Assert.Equal(withCheckpoints, (await error).Contains("is the checkpoint that --resume continues from"));
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal("the model of yesterday", File.ReadAllText(_data.Model));
        Assert.Equal([withCheckpoints ? "checkpoints" : "model.interrupted.safetensors", "model.safetensors"], _data.FilesMade);
        if (withCheckpoints)
        {
            // A second interruption, before the first step of the resumption, finds the checkpoint of the first.
            string[] resumption = Arguments("--epochs", "1000000", "--checkpoint", _data.File("checkpoints"), "--resume");
            ProgramRun.Here(new CancellationToken(canceled: true), null, resumption).AssertFailed(ExitCode.Cancelled, "Interrupted before the next step: ");
        }
    }

    /// <summary>
    /// The second Ctrl+C comes while the first is being obeyed. The reference backend takes long over a step; where one ends between the two signals after all, the
    /// program has ended by the first, and it is tried again.
    /// </summary>
    [SkippableFact]
    public async Task A_second_signal_ends_the_program_at_once_and_says_what_is_left()
    {
        const int Attempts = 5;
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill, which Windows does not have.");
        Skip.If(IsIgnored(2), "This process was started with the signal ignored, and its children inherit that.");
        File.WriteAllText(_data.Model, "the model of yesterday");
        string error = "";
        for (int attempt = 0; attempt < Attempts && !error.Contains("Stopped at once"); attempt++)
        {
            File.Delete(_data.File("model.interrupted.safetensors"));
            error = await InterruptTwice();
        }

        Assert.Contains("Stopped at once: what was learnt since the last checkpoint is lost", error);
        Assert.DoesNotContain(" at NeuralCore.", error);
        Assert.Equal("the model of yesterday", File.ReadAllText(_data.Model));
        Assert.Equal(["model.safetensors"], _data.FilesMade);
    }

    private async Task<string> InterruptTwice()
    {
        using Process process = ProgramProcess.Start(
            "train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "1000000", "--json", "-", "--verbose", "0", "--backend", "reference", "--batch-size", "80", "--validation-split", "0");
        try
        {
            Assert.Contains("\"start\"", await process.StandardOutput.ReadLineAsync());
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await Interrupt();
            await Interrupt();
            string error = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.NotEqual(0, process.ExitCode);
            return error;
        }
        finally
        {
            process.Kill();
        }

        async Task Interrupt()
        {
            using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }

    /// <summary>Whether this process ignores a signal, as jobs in the background of a script do; Linux tells.</summary>
    private static bool IsIgnored(int signal)
    {
        const string status = "/proc/self/status";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("SigIgn:")) : null;
        return line is not null && (ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    private string[] Arguments(params string[] more) => ["train", "--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", .. more];
}
