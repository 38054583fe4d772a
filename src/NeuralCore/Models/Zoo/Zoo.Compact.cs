namespace NeuralCore;

/// <content>A smaller and deeper network than the seed network.</content>
public static partial class Zoo
{
    /// <summary>
    /// Two convolutions before each of two poolings, after Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015): it
    /// recognises more of what is not MNIST than <see cref="Seed"/>, and takes longer to train for the same number of images. 197,482 parameters for images of
    /// 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 16 x 16; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Sequential Compact(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null) => new(
        ImageLayer(image, preprocessing),
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
