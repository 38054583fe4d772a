using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Files.Tests;

/// <summary>A network of 15 parameters, and images of 2 x 2 for it: its checkpoints are small enough to be damaged in every way.</summary>
internal static class TinyTraining
{
    public const int StepsPerEpoch = 4;

    public static LabelledImages Images { get; } = MakeImages();

    /// <summary>Makes the network, compiled.</summary>
    public static Sequential Model()
    {
        var model = new Sequential(new Input(new Shape(2, 2, 1), Preprocessing.Scale), new Flatten(), new Dense(3, Activation.Softmax));
        model.Compile(new Adam(0.05), backend: CpuBackend.Create(1), seed: 3);
        return model;
    }

    /// <summary>Trains the network: four steps an epoch, and a quarter of the images to validate with.</summary>
    public static History Fit(Model model, int epochs, Checkpoint? from = null, params Callback[] callbacks) =>
        model.Fit(Images, epochs, batchSize: 8, validationSplit: 0.25, callbacks: callbacks, options: new FitOptions { ResumeFrom = from });

    private static LabelledImages MakeImages()
    {
        var random = new Random(5);
        byte[] pixels = new byte[40 * 4];
        random.NextBytes(pixels);
        return new LabelledImages(pixels, (byte[])[.. Enumerable.Range(0, 40).Select(i => (byte)(pixels[4 * i] % 3))], 2, 2, 3);
    }
}
