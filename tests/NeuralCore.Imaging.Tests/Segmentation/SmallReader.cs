using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>MNIST, and a small network that learnt it for a few seconds: about 97 of 100 digits. It is trained once for all tests.</summary>
public sealed class SmallReader : IDisposable
{
    private const int TrainingImages = 12_000;

    public SmallReader()
    {
        (LabelledImages train, Test) = Mnist.Load(Mnist.FindDirectory());
        var pixels = new byte[TrainingImages * 28 * 28];
        for (int i = 0; i < TrainingImages; i++)
        {
            train.Pixels(i).CopyTo(pixels.AsSpan(i * 28 * 28));
        }

        Model = new Sequential(
            new Input(new Shape(28, 28, 1), Preprocessing.Scale), new Conv2D(16, 5, activation: Activation.Relu), new MaxPooling2D(2),
            new Flatten(), new Dense(64, Activation.Relu), new Dense(10, Activation.Softmax));
        Model.Compile(seed: 1);
        Model.Fit(new LabelledImages(pixels, train.Labels[..TrainingImages].ToArray(), 28, 28), epochs: 3, batchSize: 32);
    }

    /// <summary>The network.</summary>
    public Sequential Model { get; }

    /// <summary>Digits that it has not seen.</summary>
    public LabelledImages Test { get; }

    public void Dispose() => Model.Dispose();
}
