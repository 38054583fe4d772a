using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>One way to keep a network in a file.</summary>
internal interface IModelFormat
{
    /// <summary>What to do about a file that cannot be used, as the end of a sentence.</summary>
    string Advice { get; }

    /// <summary>Writes a compiled network, whole or not at all; how far its training came too, where the format has room for it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <param name="metadata">Texts to keep with it.</param>
    /// <param name="options">What the format leaves open.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The format has no words for one of the layers; the message names it.</exception>
    void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata, SaveOptions options);

    /// <summary>Opens a file and reads what the network is made of.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds no network; the message completes "the file ...".</exception>
    /// <exception cref="DataFileException">The file is missing, or damaged beyond its network.</exception>
    /// <exception cref="IOException">The system refuses to read.</exception>
    StoredNetwork Open(string path);
}
