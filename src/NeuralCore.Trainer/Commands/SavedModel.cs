using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Models from files, for commands that compute with them.</summary>
internal static class SavedModel
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">What computes; disposed of with the model.</param>
    /// <param name="renderer">Is told what a person should know about the file.</param>
    /// <param name="unsaid">How pixels were prepared where the file does not say; divided by 255 if null.</param>
    /// <param name="architecture">The network of a file that holds weights alone; null for any other.</param>
    /// <exception cref="DataFileException">The file is missing, damaged or no model, or holds weights of a training that diverged.</exception>
    public static Model Load(string path, IBackend<float> backend, Renderer renderer, Preprocessing? unsaid = null, string? architecture = null)
    {
        Model model = ModelFile.Load(path, backend, unsaid: unsaid, remark: renderer.Remark, architecture: architecture);
        try
        {
            model.RequireFinite();
            return model;
        }
        catch (DivergedException failure)
        {
            model.Dispose();
            throw new DataFileException(path, $"The model '{path}' has weights that are not finite numbers, as those of a training that diverged: train it again with a smaller learning rate, or use another.", failure);
        }
    }
}
