using NeuralCore.Files;

namespace NeuralCore;

/// <summary>What NeuralCore.Files adds to a model.</summary>
public static class ModelExtensions
{
    /// <inheritdoc cref="ModelFile.Save"/>
    public static void Save(this Model model, string path, IReadOnlyDictionary<string, string>? metadata = null, SaveOptions? options = null) =>
        ModelFile.Save(model, path, metadata, options);
}
