using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>Files read as a whole, and the sentences for those that cannot be.</summary>
internal static class FileContent
{
    /// <summary>All bytes of a file.</summary>
    /// <exception cref="InvalidDataException">It is no plain file, or too large to be held in one piece.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!stream.CanSeek || stream.Length > Array.MaxLength)
        {
            throw new InvalidDataException("is not a regular file of less than 2 GB");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The exception for a failure to read a file, or null for a failure that has nothing to do with the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="advice">What to do about contents that cannot be used.</param>
    public static DataFileException? Explain(string path, Exception failure, string advice)
    {
        string? fault = failure switch
        {
            InvalidDataException => $"{failure.Message}; {advice}",
            EndOfStreamException => "ends too early; replace it with a whole copy",
            FileNotFoundException or DirectoryNotFoundException => "does not exist; check the name of the file",
            IOException or UnauthorizedAccessException or NotSupportedException =>
                $"cannot be read ({failure.Message.TrimEnd('.')}); check that it is a file and that you may read it",
            OutOfMemoryException => "does not fit in the memory of this machine; use a smaller model",
            _ => null,
        };
        return fault is null ? null : new DataFileException(path, $"The file '{path}' {fault}.", failure);
    }
}
