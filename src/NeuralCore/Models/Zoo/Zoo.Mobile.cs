namespace NeuralCore;

/// <content>A network of depthwise separable convolutions.</content>
public static partial class Zoo
{
    /// <summary>
    /// MobileNet of Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications" (2017), table 1, from its first layers:
    /// each convolution is one of 3x3 within every channel, and one of 1x1 over the channels. 139,146 numbers for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="filters">The filters of the first convolution; the last one has eight times as many.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static Model Mobile(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int filters = 32)
    {
        Value input = ImageInput(image, preprocessing);
        Value x = ConvBatchNormReLU(input, filters);
        x = Separable(x, 2 * filters, strides: 1);
        x = Separable(x, 4 * filters, strides: 2);
        x = Separable(x, 4 * filters, strides: 1);
        x = Separable(x, 8 * filters, strides: 2);
        x = Separable(x, 8 * filters, strides: 1);
        return new Model(input, Classifier(x, classes));
    }

    /// <summary>Figure 3 of the paper.</summary>
    private static Value Separable(Value input, int filters, int strides)
    {
        var depthwise = new DepthwiseConv2D(3, strides, Padding.Same, useBias: false, depthwiseInitializer: Initializer.HeNormal);
        Value x = new ReLU().Apply(new BatchNormalization(momentum: 0.9).Apply(depthwise.Apply(input)));
        return ConvBatchNormReLU(x, filters, kernelSize: 1);
    }
}
