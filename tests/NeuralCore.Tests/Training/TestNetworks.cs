using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Tests.Training;

/// <summary>Networks and data to train in tests.</summary>
internal static class TestNetworks
{
    /// <summary>The digit network.</summary>
    public static Layer[] Seed =>
    [
        new Input(new Shape(28, 28, 1), Preprocessing.Scale),
        new Conv2D(32, 3, activation: Activation.Relu),
        new Conv2D(64, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Flatten(),
        new Dense(256, Activation.Relu),
        new Dropout(0.5),
        new Dense(10, Activation.Softmax),
    ];

    /// <summary>One of each layer, in awkward sizes, for images of 8 x 8.</summary>
    public static Layer[] Small =>
    [
        new Input(new Shape(8, 8, 1), Preprocessing.Scale),
        new Conv2D(5, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(19, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Conv2D(7, 2),
        new ReLU(),
        new MaxPooling2D(2, 1, Padding.Same),
        new Flatten(),
        new Dense(33, Activation.Relu),
        new Dropout(0.5),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>Channels and filters that fill their vectors, for images of 8 x 8: its second convolution goes by Winograd.</summary>
    public static Layer[] WholeVectors =>
    [
        new Input(new Shape(8, 8, 1), Preprocessing.Scale),
        new Conv2D(16, 3, activation: Activation.Relu),
        new Conv2D(16, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>Convolutions of all kinds and a dense layer with a normalization behind each, for images of 8 x 8.</summary>
    /// <param name="frozen">Whether the first normalization is not trained.</param>
    public static Layer[] Normalized(bool frozen = false) =>
    [
        new Input(new Shape(8, 8, 1), Preprocessing.Scale),
        new Conv2D(5, 3, useBias: false),
        new BatchNormalization(momentum: 0.8) { Trainable = !frozen },
        new ReLU(),
        new DepthwiseConv2D(3),
        new BatchNormalization(momentum: 0.8, scale: false),
        new Conv2D(16, 3, padding: Padding.Same),
        new BatchNormalization(momentum: 0.8, center: false),
        new ReLU(),
        new AveragePooling2D(),
        new Flatten(),
        new Dense(9),
        new BatchNormalization(momentum: 0.8),
        new ReLU(),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>Depthwise and separable convolutions, with ReLUs of their own and behind them, for images of 8 x 8.</summary>
    public static Layer[] Separable =>
    [
        new Input(new Shape(8, 8, 1), Preprocessing.Scale),
        new DepthwiseConv2D((3, 2), padding: Padding.Same, depthMultiplier: 5, activation: Activation.Relu),
        new Conv2D(19, 1, activation: Activation.Relu),
        new DepthwiseConv2D(3, (2, 1), Padding.Same, useBias: false),
        new ReLU(),
        new SeparableConv2D(21, (1, 3), padding: Padding.Same, depthMultiplier: 2, activation: Activation.Relu, dilation: (1, 2)),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>
    /// Images of 8 x 8 with one bright bar: lying (class 0), standing (1) or slanting (2), at a random place, over noise. Easy, but
    /// not for a network that only counts pixels.
    /// </summary>
    public static LabelledImages Bars(int count, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[count * 64];
        byte[] labels = new byte[count];
        random.NextBytes(pixels);
        for (int n = 0; n < count; n++)
        {
            Span<byte> image = pixels.AsSpan(n * 64, 64);
            foreach (ref byte pixel in image)
            {
                pixel /= 4;
            }

            labels[n] = (byte)random.Next(3);
            int place = random.Next(8);
            for (int i = 0; i < 8; i++)
            {
                image[labels[n] switch { 0 => (place * 8) + i, 1 => (i * 8) + place, _ => (i * 8) + ((i + place) % 8) }] = 255;
            }
        }

        return new LabelledImages(pixels, labels, 8, 8, 3);
    }
}
