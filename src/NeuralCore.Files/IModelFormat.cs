using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>One way to keep a network in a file.</summary>
internal interface IModelFormat
{
    /// <summary>What to do about a file that cannot be used, as the end of a sentence.</summary>
    string Advice { get; }

    /// <summary>Whether the format keeps a text of its own under a name.</summary>
    bool IsReserved(string name);

    /// <summary>Writes a model, completely or not at all; how far its training has come too, if the format has room for it.</summary>
    /// <param name="written">The model; none of its texts is under a reserved name.</param>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold one of the layers; the message names it.</exception>
    void Save(WrittenModel written, string path);

    /// <summary>Opens a file and reads what the network is made of.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds no network; the message completes "the file ...".</exception>
    /// <exception cref="DataFileException">The file is missing, or damaged beyond its network.</exception>
    /// <exception cref="IOException">The system refuses to read.</exception>
    StoredNetwork Open(string path);
}
