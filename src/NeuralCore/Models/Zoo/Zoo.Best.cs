namespace NeuralCore;

/// <content>The network for the most accuracy.</content>
public static partial class Zoo
{
    /// <summary>
    /// Convolutions of 3x3 with batch normalization behind each, two before each of two max-poolings and one behind them, and the average of each channel:
    /// the plan of Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015), for images of 28x28. 141,098 numbers and
    /// 22 million multiplications an image, for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 4 x 4; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="filters">The filters of the first two convolutions; the next two have twice as many, the last one four times.</param>
    /// <exception cref="ArgumentException">The images are too small, or a size is below 1.</exception>
    public static Model Best(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int filters = 32)
    {
        Value input = ImageInput(image, preprocessing);
        Value x = ConvBatchNormReLU(ConvBatchNormReLU(input, filters), filters);
        x = new MaxPooling2D(2).Apply(x);
        x = ConvBatchNormReLU(ConvBatchNormReLU(x, 2 * filters), 2 * filters);
        x = new MaxPooling2D(2).Apply(x);
        return new Model(input, Classifier(ConvBatchNormReLU(x, 4 * filters), classes));
    }
}
