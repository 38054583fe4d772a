namespace NeuralCore;

/// <content>The first of the convolutional networks for digits.</content>
public static partial class Zoo
{
    /// <summary>
    /// LeNet-5 of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998), figure 2, as it is mostly taught: with
    /// ReLUs, max-pooling, each filter over all channels, and a softmax in the place of radial basis functions. The border of its first convolution makes
    /// 28x28 what 32x32 is in the paper. 61,706 parameters for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 12 x 12; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential LeNet5(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null) => new(
        ImageLayer(image, preprocessing),
        new Conv2D(6, kernelSize: 5, padding: Padding.Same, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(16, kernelSize: 5, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(120, Activation.Relu),
        new Dense(84, Activation.Relu),
        new Dense(classes, Activation.Softmax));
}
