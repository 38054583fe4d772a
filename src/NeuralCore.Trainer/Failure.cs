using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;

namespace NeuralCore.Trainer;

/// <summary>What a run that failed says: an exit code and one sentence, whatever went wrong.</summary>
/// <param name="ExitCode">What the shell gets.</param>
/// <param name="File">The file it is about, if it is about one.</param>
/// <param name="Message">One sentence on one line.</param>
internal sealed record Failure(ExitCode ExitCode, string? File, string Message)
{
    /// <summary>Translates an exception.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        RunException run => new(run.ExitCode, run.File, run.Message),
        DataFileException data => new(ExitCode.InvalidData, data.FilePath, data.Message),
        CheckpointMismatchException mismatch => new(ExitCode.Usage, mismatch.FilePath, mismatch.Message),
        RankException rank => new(ExitCode.RuntimeFailure, null, rank.Message),
        DivergedException diverged => new(ExitCode.RuntimeFailure, null, diverged.Message),
        FileWriteException write => new(ExitCode.RuntimeFailure, write.FilePath, write.Message),
        OperationCanceledException => new(ExitCode.Cancelled, null, "Interrupted; nothing was changed."),
        DeviceException device => new(ExitCode.RuntimeFailure, null, OneLine(device.Message) + "."),
        OutOfMemoryException => new(ExitCode.RuntimeFailure, null, "Out of memory; close other programs, or use a smaller batch or model."),
        IOException => new(ExitCode.RuntimeFailure, null, $"Reading or writing failed: {OneLine(exception.Message)}; use another file or folder."),
        _ => new(ExitCode.RuntimeFailure, null, $"This is a bug, please report it: {exception.GetType().Name}, {OneLine(exception.Message)}"),
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.');
}
