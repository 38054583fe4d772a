namespace NeuralCore;

/// <content>The network that this project began with.</content>
public static partial class Zoo
{
    /// <summary>
    /// Two convolutions, one pooling and two dense layers, with dropout after each half: the CNN of Keras's MNIST example, with 256 units in the place of
    /// 128. 2,380,938 parameters for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 6 x 6; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential Seed(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null) => new(
        ImageLayer(image, preprocessing),
        new Conv2D(32, kernelSize: 3, activation: Activation.Relu),
        new Conv2D(64, kernelSize: 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25),
        new Flatten(),
        new Dense(256, Activation.Relu),
        new Dropout(0.5),
        new Dense(classes, Activation.Softmax));
}
