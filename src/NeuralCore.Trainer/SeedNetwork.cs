using NeuralCore.Ops;

namespace NeuralCore.Trainer;

/// <summary>
/// The network that this program trains: two convolutions, one pooling, two dense layers, with dropout after each half. On
/// MNIST it has 2,380,938 parameters.
/// </summary>
internal static class SeedNetwork
{
    /// <summary>The shape of MNIST's images.</summary>
    public static readonly Shape MnistImage = new(28, 28, 1);

    /// <summary>Describes the network.</summary>
    /// <param name="preprocessing">How raw pixels are prepared; divided by 255 if null.</param>
    /// <param name="image">Height x width x channels of an image, at least 6 x 6; null for MNIST's.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential Create(Preprocessing? preprocessing = null, Shape? image = null, int classes = 10) => new(
        new Input(image ?? MnistImage, preprocessing ?? Preprocessing.Scale),
        new Conv2D(32, kernelSize: 3, activation: Activation.Relu),
        new Conv2D(64, kernelSize: 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Flatten(),
        new Dense(256, Activation.Relu),
        new Dropout(0.5),
        new Dense(classes, Activation.Softmax));
}
