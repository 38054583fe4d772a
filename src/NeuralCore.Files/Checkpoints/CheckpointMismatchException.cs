namespace NeuralCore.Files;

/// <summary>
/// A checkpoint that is whole, but belongs to a training with other settings: going on from it would give neither that training nor
/// this one. The message is one sentence that names the file, says what differs, and what to do.
/// </summary>
/// <param name="filePath">The checkpoint.</param>
/// <param name="message">One sentence.</param>
public sealed class CheckpointMismatchException(string filePath, string message) : Exception(message)
{
    /// <summary>The checkpoint.</summary>
    public string FilePath => filePath;
}
