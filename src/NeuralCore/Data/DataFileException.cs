namespace NeuralCore.Data;

/// <summary>
/// A file that was found to be missing, damaged or of another kind than asked for. The message is one sentence for the
/// person at the keyboard: it names the file and says what to do.
/// </summary>
public sealed class DataFileException : Exception
{
    /// <summary>Reports that a file cannot be used.</summary>
    /// <param name="filePath">The file, or the folder, as the caller named it.</param>
    /// <param name="message">One sentence that names the file and says what to do.</param>
    /// <param name="innerException">The failure underneath, where there is one.</param>
    public DataFileException(string filePath, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        FilePath = filePath;
    }

    /// <summary>The file, or the folder, that cannot be used.</summary>
    public string FilePath { get; }
}
