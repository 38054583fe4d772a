using NeuralCore.Ops;

namespace NeuralCore.Trainer;

/// <summary>
/// A smaller network than <see cref="SeedNetwork"/>, and a deeper one: two convolutions before each of two poolings. On MNIST it has 197,482 parameters, a
/// twelfth, and recognises more of what is not MNIST. It takes longer to train for the same number of images.
/// </summary>
internal static class CompactNetwork
{
    /// <summary>Describes the network.</summary>
    /// <param name="preprocessing">How raw pixels are prepared; divided by 255 if null.</param>
    /// <param name="image">Height x width x channels of an image, at least 16 x 16; null for MNIST's.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential Create(Preprocessing? preprocessing = null, Shape? image = null, int classes = 10) => new(
        new Input(image ?? SeedNetwork.MnistImage, preprocessing ?? Preprocessing.Scale),
        new Conv2D(32, kernelSize: 3, activation: Activation.Relu),
        new Conv2D(32, kernelSize: 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(64, kernelSize: 3, activation: Activation.Relu),
        new Conv2D(64, kernelSize: 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Flatten(),
        new Dense(128, Activation.Relu),
        new Dropout(0.5),
        new Dense(classes, Activation.Softmax));
}
