namespace NeuralCore.Files;

/// <summary>
/// A file that could not be written; what is there is whole, the old contents or the new ones. The message is one sentence for
/// the person at the keyboard: it names the file and says what to do.
/// </summary>
public sealed class FileWriteException : IOException
{
    /// <summary>Reports that a file cannot be written.</summary>
    /// <param name="filePath">The file, as the caller named it.</param>
    /// <param name="message">One sentence that names the file and says what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public FileWriteException(string filePath, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        FilePath = filePath;
    }

    /// <summary>The file that cannot be written.</summary>
    public string FilePath { get; }
}
