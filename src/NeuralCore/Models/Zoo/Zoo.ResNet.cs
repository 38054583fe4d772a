namespace NeuralCore;

/// <content>A network of residual blocks.</content>
public static partial class Zoo
{
    /// <summary>
    /// The residual network that He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016), section 4.2, take for small images: a
    /// convolution, three stages of blocks, each with twice the filters on a quarter of the pixels, and the average of each channel. Where a block changes
    /// the shape, a convolution of 1x1 takes its input there (option B of the paper). Two blocks a stage are 14 layers deep: 176,090 numbers for images of
    /// 28x28x1 and ten classes. Three are the ResNet-20 of the paper, but for option B.
    /// </summary>
    /// <param name="image">Height x width x channels; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="filters">The filters of the first stage.</param>
    /// <param name="blocks">The blocks of each stage.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static Model ResNet(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int filters = 16, int blocks = 2)
    {
        Value input = ImageInput(image, preprocessing);
        Value x = ConvBatchNormReLU(input, filters);
        for (int stage = 0; stage < 3; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                x = ResidualBlock(x, filters << stage, strides: stage > 0 && block == 0 ? 2 : 1);
            }
        }

        return new Model(input, Classifier(x, classes));
    }

    /// <summary>relu(x + f(x)), where f is two convolutions with batch normalization: figure 2 of the paper.</summary>
    private static Value ResidualBlock(Value input, int filters, int strides)
    {
        Value inner = ConvBatchNorm(ConvBatchNormReLU(input, filters, strides: strides), filters);
        Value shortcut = inner.Shape == input.Shape ? input : ConvBatchNorm(input, filters, kernelSize: 1, strides);
        return new ReLU().Apply(new Add().Apply(shortcut, inner));
    }
}
