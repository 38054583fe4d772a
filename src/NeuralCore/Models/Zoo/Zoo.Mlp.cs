namespace NeuralCore;

/// <content>A network without convolutions.</content>
public static partial class Zoo
{
    /// <summary>
    /// A multilayer perceptron: two dense layers with dropout behind each, as in Keras's mnist_mlp example. 669,706 parameters for images of 28x28x1 and
    /// ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="units">The units of each hidden layer.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static Sequential Mlp(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int units = 512) => new(
        ImageLayer(image, preprocessing),
        new Flatten(),
        new Dense(units, Activation.Relu),
        new Dropout(0.2),
        new Dense(units, Activation.Relu),
        new Dropout(0.2),
        new Dense(classes, Activation.Softmax));
}
