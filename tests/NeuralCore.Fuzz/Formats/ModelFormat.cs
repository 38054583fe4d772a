using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Ops;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Files of networks: the sound ones are saved here, of a network with one of each layer that took some steps.</summary>
public abstract class ModelFormat : FuzzFormat
{
    /// <inheritdoc/>
    public override string Name => Extension[1..];

    /// <summary>A file that another program wrote, beside those made here; null for none.</summary>
    protected virtual string? Foreign => null;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + Extension);
        try
        {
            var seeds = new List<byte[]>();
            foreach (bool isTrained in new[] { false, true })
            {
                using var model = new Sequential(
                    new Input(new Shape(6, 6, 1), Preprocessing.Scale), new Conv2D(2, 3, padding: Padding.Same, activation: Activation.Relu), new Conv2D(2, 2), new ReLU(),
                    new MaxPooling2D(2), new Dropout(0.25), new Flatten(), new Dense(3, Activation.Relu), new Dense(3, Activation.Softmax));
                model.Compile(backend: new ReferenceBackend<float>());
                if (isTrained)
                {
                    model.Fit(new LabelledImages(new byte[6 * 36], new byte[] { 0, 1, 2, 0, 1, 2 }, 6, 6, 3), batchSize: 3);
                }

                ModelFile.Save(model, path, new Dictionary<string, string> { ["seed"] = "7" });
                seeds.Add(File.ReadAllBytes(path));
            }

            if (Foreign is { } foreign && File.Exists(Path.Combine(AppContext.BaseDirectory, "Seeds", foreign)))
            {
                seeds.Add(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Seeds", foreign)));
            }

            return seeds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public override void Open(string path) => ModelFile.Load(path, new ReferenceBackend<float>()).Dispose();

    /// <inheritdoc/>
    public override bool IsDocumented(Exception failure) => failure is DataFileException;
}
