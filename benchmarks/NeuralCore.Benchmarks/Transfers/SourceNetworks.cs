using NeuralCore.Data;
using NeuralCore.Files;

namespace NeuralCore.Benchmarks.Transfers;

/// <summary>Networks that have learnt what a task calls known, one for each seed.</summary>
/// <param name="Network">The network.</param>
/// <param name="Folder">Where they are kept for the next run; nowhere if empty.</param>
/// <param name="Images">They learn from the first ones, at most this number.</param>
/// <param name="Epochs">The epochs of their training.</param>
/// <param name="Symmetric">Whether they learn eight times as many classes: <see cref="SymmetricClasses"/>.</param>
/// <param name="Threads">The threads.</param>
internal sealed record SourceNetworks(ZooNetwork Network, string Folder, int Images, int Epochs, bool Symmetric, int Threads)
{
    private const double Rate = 0.005;
    private const int Batch = 128;

    /// <summary>Loads a network, or trains it with the augmentation for handwritten digits.</summary>
    public Model Get(TransferTask task, ulong seed)
    {
        IDataset known = Symmetric ? new SymmetricClasses(task.Known) : task.Known;
        int images = Math.Min(Images, known.Count);
        string file = Path.Combine(Folder, $"{Network.Name}-{known.Classes}-classes-{images}-images-{Epochs}-epochs-seed-{seed}.safetensors");
        if (Folder.Length > 0 && File.Exists(file))
        {
            return ModelFile.Load(file, CpuBackend.Create(Threads));
        }

        Model model = Network.Create(known.ItemShape, known.Classes, null);
        model.Compile(new Adam(Rate, beta2: 0.99), backend: CpuBackend.Create(Threads), seed: seed);
        var options = new FitOptions { Augmentation = Augmentation.Default };
        model.Fit(new DatasetSubset(known, [.. Enumerable.Range(0, images)]), Epochs, Batch, callbacks: [new OneCycle()], options: options);
        if (Folder.Length > 0)
        {
            Directory.CreateDirectory(Folder);
            ModelFile.Save(model, file);
        }

        return model;
    }
}
