namespace NeuralCore.Trainer;

/// <summary>Ends a run with one sentence for the person at the keyboard.</summary>
/// <param name="exitCode">What the shell gets.</param>
/// <param name="message">One sentence that says what to do.</param>
/// <param name="file">The file it is about, if it is about one.</param>
internal sealed class RunException(ExitCode exitCode, string message, string? file = null) : Exception(message)
{
    public ExitCode ExitCode => exitCode;

    public string? File => file;
}
