using NeuralCore.Data;
using NeuralCore.Training;

namespace NeuralCore.Files;

/// <summary>One way to keep a network in a file.</summary>
internal interface IModelFormat
{
    /// <summary>Writes a compiled network, whole or not at all.</summary>
    /// <param name="model">The network.</param>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <param name="metadata">Texts to keep with it.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    void Save(Sequential model, string path, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Reads a network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compile">Compiles the network, once all of its sizes are verified; its weights are then read. Null reads the
    /// description alone.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, or holds no network.</exception>
    Sequential Read(string path, Action<Sequential>? compile);

    /// <summary>Reads the texts that are kept with a network; none where the format has no place for them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    IReadOnlyDictionary<string, string> ReadMetadata(string path) => new Dictionary<string, string>();
}
