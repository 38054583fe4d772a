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
    /// <param name="renderer">Shows what a person should know about the file.</param>
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
            throw new DataFileException(path, $"The model '{path}' has weights that are not finite numbers, probably because its training diverged: train it again with a lower learning rate, or use another model.", failure);
        }
    }

    /// <summary>Loads models that answer together.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="createBackend">Makes what computes, one for each; disposed of with the models.</param>
    /// <param name="renderer">Shows what a person should know about the files.</param>
    /// <param name="unsaid">How pixels were prepared where a file does not say.</param>
    /// <exception cref="DataFileException">A file is missing, damaged or no model, or the models are for different images or classes.</exception>
    public static Ensemble LoadAll(IReadOnlyList<string> paths, Func<IBackend<float>> createBackend, Renderer renderer, Preprocessing? unsaid)
    {
        var models = new List<Model>();
        try
        {
            foreach (string path in paths)
            {
                models.Add(Load(path, createBackend(), renderer, unsaid));
                if (models[^1].Input.Shape != models[0].Input.Shape || models[^1].Classes != models[0].Classes)
                {
                    throw new DataFileException(
                        path,
                        $"The model '{path}' takes images of {models[^1].Input.Shape} and has {models[^1].Classes} classes, and '{paths[0]}' takes {models[0].Input.Shape} and has {models[0].Classes}; "
                        + "use models for the same images and classes.");
                }
            }

            return new Ensemble(models);
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }
}
