namespace NeuralCore;

/// <content>A network without poolings.</content>
public static partial class Zoo
{
    /// <summary>
    /// Seven convolutions with batch normalization behind each, where convolutions of stride 2 take the place of poolings and one of 4x4 that of a dense
    /// layer: github.com/cdeotte/MNIST-CNN-99.75, after Springenberg et al., "Striving for simplicity: the all convolutional net" (2015). 327,242 parameters
    /// for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 25 x 25; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="filters">The filters of the first three convolutions; the next three have twice as many, the last one four times.</param>
    /// <exception cref="ArgumentException">The images are too small, or a size is below 1.</exception>
    public static Sequential Deep(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int filters = 32) => new(
        ImageLayer(image, preprocessing),
        new Conv2D(filters, kernelSize: 3, activation: Activation.Relu), new BatchNormalization(),
        new Conv2D(filters, kernelSize: 3, activation: Activation.Relu), new BatchNormalization(),
        new Conv2D(filters, kernelSize: 5, strides: 2, padding: Padding.Same, activation: Activation.Relu), new BatchNormalization(),
        new Dropout(0.4),
        new Conv2D(2 * filters, kernelSize: 3, activation: Activation.Relu), new BatchNormalization(),
        new Conv2D(2 * filters, kernelSize: 3, activation: Activation.Relu), new BatchNormalization(),
        new Conv2D(2 * filters, kernelSize: 5, strides: 2, padding: Padding.Same, activation: Activation.Relu), new BatchNormalization(),
        new Dropout(0.4),
        new Conv2D(4 * filters, kernelSize: 4, activation: Activation.Relu), new BatchNormalization(),
        new Flatten(),
        new Dropout(0.4),
        new Dense(classes, Activation.Softmax));
}
