using NeuralCore.Ops;

namespace NeuralCore.Files.Tests;

/// <summary>Small networks of every kind of layer, put together at random.</summary>
internal static class RandomNetwork
{
    /// <summary>Makes a network that is a function of the seed; it is not compiled.</summary>
    public static Sequential Create(int seed)
    {
        var random = new Random(seed);
        var layers = new List<Layer>
        {
            new Input(new Shape(random.Next(4, 10), random.Next(4, 10), random.Next(1, 4)), random.GetItems([Preprocessing.None, Preprocessing.Scale, Preprocessing.L2Columns], 1)[0]),
        };
        for (int i = random.Next(4); i > 0; i--)
        {
            layers.Add(random.Next(4) switch
            {
                0 => new Conv2D(random.Next(1, 5), random.Next(1, 4), random.Next(1, 3), Padding.Same, random.GetItems([Activation.Linear, Activation.Relu], 1)[0]),
                1 => new MaxPooling2D(random.Next(1, 4), random.Next(0, 3) is > 0 and int stride ? stride : null, Padding.Same),
                2 => new ReLU(),
                _ => new Dropout(random.NextDouble()),
            });
        }

        layers.Add(new Conv2D(2, 1, activation: Activation.Relu));
        layers.Add(new Flatten());
        for (int i = random.Next(3); i > 0; i--)
        {
            layers.Add(new Dense(random.Next(1, 6), random.GetItems([Activation.Linear, Activation.Relu], 1)[0]));
        }

        layers.Add(new Dense(random.Next(2, 6), Activation.Softmax));
        return new Sequential([.. layers]);
    }
}
