using NeuralCore.Data;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// What a training trains, and what it saves: most often one model. Where the first layers stay as they are and images are not changed from one epoch to the next,
/// the layers behind them are trained alone, on what those give for each image.
/// </summary>
internal sealed class Trainee : IDisposable
{
    private const long MostFeatureBytes = 1L << 30;

    private readonly Model? _source;
    private readonly Transfer? _transfer;

    /// <summary>A network that begins with first values.</summary>
    public Trainee(Model model) => (Model, Trained) = (model, model);

    /// <summary>A network that goes on from another.</summary>
    /// <param name="source">The other, which is disposed of with this.</param>
    /// <param name="transfer">What becomes of it.</param>
    public Trainee(Model source, Transfer transfer) => (_source, _transfer, Model, Trained, SourceSha256) = (source, transfer, transfer.Whole, transfer.Whole, source.WeightsSha256());

    /// <summary>What is saved and tested.</summary>
    public Model Model { get; }

    /// <summary>What is trained: the model, or its last layers.</summary>
    public Model Trained { get; private set; }

    /// <summary>The checksum of the weights that it goes on from; null for a network that does not.</summary>
    public string? SourceSha256 { get; }

    /// <summary>Whether what the first layers give is computed once for each image.</summary>
    public bool IsCached => Trained != Model;

    /// <summary>Decides what is trained.</summary>
    /// <param name="images">How many images are trained on and validated with.</param>
    /// <param name="isAugmented">Whether they are changed from one epoch to the next.</param>
    public void Prepare(int images, bool isAugmented)
    {
        if (_transfer is { Head: { } head, FeatureCount: > 0 } && !isAugmented && (long)images * _transfer.FeatureCount * sizeof(float) <= MostFeatureBytes)
        {
            Trained = head;
        }
    }

    /// <summary>Compiles what is trained and what is saved, and takes the weights of the model that it goes on from.</summary>
    public void Compile(TrainingRecipe recipe, Func<IBackend<float>> createBackend, ulong seed)
    {
        foreach (Model model in new HashSet<Model> { Trained, Model })
        {
            model.Compile(recipe.CreateOptimizer(), recipe.CreateLoss(), backend: createBackend(), seed: seed);
            _transfer?.TakeWeights(model);
        }
    }

    /// <summary>Images as they are trained on.</summary>
    public IDataset Features(IDataset images, Func<IBackend<float>> createBackend) => IsCached ? _transfer!.Features(images, createBackend()) : images;

    /// <summary>Brings what was trained into the model.</summary>
    public void Finish()
    {
        if (IsCached)
        {
            _transfer!.TakeHead();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transfer?.Dispose();
        _source?.Dispose();
        Model.Dispose();
    }
}
