namespace NeuralCore;

/// <content>A network of dense blocks.</content>
public static partial class Zoo
{
    /// <summary>
    /// The densely connected network of Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks" (2017), in small: three blocks
    /// in which each convolution reads the outputs of all before it, and between them convolutions of 1x1 that halve the channels, and average pooling. With
    /// four layers a block 70,826 numbers for images of 28x28x1 and ten classes.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 4 x 4; MNIST's 28x28x1 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null.</param>
    /// <param name="growth">The channels that each layer adds.</param>
    /// <param name="layers">The layers of each block.</param>
    /// <exception cref="ArgumentException">The images are too small, or a size is below 1.</exception>
    public static Model DenseNet(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, int growth = 12, int layers = 4)
    {
        const int FirstFilters = 16;
        Value input = ImageInput(image, preprocessing);
        Value x = new Conv2D(FirstFilters, kernelSize: 3, padding: Padding.Same, useBias: false, kernelInitializer: Initializer.HeNormal).Apply(input);
        for (int block = 0; block < 3; block++)
        {
            x = block > 0 ? new AveragePooling2D(2).Apply(BatchNormReLUConv(x, x.Shape[2] / 2, kernelSize: 1)) : x;
            for (int layer = 0; layer < layers; layer++)
            {
                x = new Concatenate().Apply(x, BatchNormReLUConv(x, growth, kernelSize: 3));
            }
        }

        return new Model(input, Classifier(new ReLU().Apply(new BatchNormalization(momentum: 0.9).Apply(x)), classes));
    }

    private static Value BatchNormReLUConv(Value input, int filters, int kernelSize)
    {
        Value normalized = new ReLU().Apply(new BatchNormalization(momentum: 0.9).Apply(input));
        return new Conv2D(filters, kernelSize, padding: Padding.Same, useBias: false, kernelInitializer: Initializer.HeNormal).Apply(normalized);
    }
}
