namespace NeuralCore;

/// <content>A network for slow machines and short downloads.</content>
public static partial class Zoo
{
    /// <summary>
    /// Two convolutions with poolings and one dense layer, after LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998), with
    /// more filters and without the dense layers in between: what a browser trains in seconds. 13,066 parameters for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 12 x 12; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential Tiny(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null) => new(
        ImageLayer(image, preprocessing),
        new Conv2D(16, kernelSize: 5, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(32, kernelSize: 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(classes, Activation.Softmax));
}
