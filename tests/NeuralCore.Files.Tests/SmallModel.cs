using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Files.Tests;

/// <summary>A network with one of each layer, small enough to be damaged bit by bit.</summary>
internal static class SmallModel
{
    public static Layer[] Layers =>
    [
        new Input(new Shape(6, 6, 1), Preprocessing.Scale),
        new Conv2D(3, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(2, 2),
        new ReLU(),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Flatten(),
        new Dense(4, Activation.Relu),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>The network with its first weights.</summary>
    public static Sequential Compiled(ulong seed)
    {
        var model = new Sequential(Layers);
        model.Compile(new Adam(0.003), backend: new ReferenceBackend<float>(), seed: seed);
        return model;
    }

    /// <summary>Noise with labels, to take some steps on.</summary>
    public static LabelledImages Images(int count)
    {
        var random = new Random(count);
        byte[] pixels = new byte[count * 36], labels = new byte[count];
        random.NextBytes(pixels);
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)random.Next(3);
        }

        return new LabelledImages(pixels, labels, 6, 6, 3);
    }
}
