namespace NeuralCore;

/// <content>A network for small pictures in colour.</content>
public static partial class Zoo
{
    /// <summary>
    /// The plan of Keller Jordan's airbench94 ("94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024), after David Page's ResNet for DAWNBench: a convolution
    /// of 2x2 whose filters <see cref="PatchWhitening"/> computes from training images and which is not trained, and three blocks of a convolution of 3x3, a
    /// max-pooling and another convolution, with batch normalization and GELU behind each. 1,162,400 numbers for images of 32x32x3 and ten classes. The published
    /// network has 64, 256 and 256 filters.
    /// </summary>
    /// <param name="image">Height x width x channels, at least 9 x 9; 32x32x3 if null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="preprocessing">What is done to raw pixels; divided by 255 if null. The filters of the first layer are computed behind it.</param>
    /// <param name="filters">The filters of each block, at least one; 64, 128 and 256 if null.</param>
    /// <exception cref="ArgumentException">The images are too small, or a size is below 1.</exception>
    public static Model Colour(Shape? image = null, int classes = 10, Preprocessing? preprocessing = null, IReadOnlyList<int>? filters = null)
    {
        filters ??= [64, 128, 256];
        Value input = ImageInput(image ?? ColourImage, preprocessing);
        Value x = new ActivationLayer(Activation.Gelu).Apply(PatchWhitening.Layer(input.Shape[2]).Apply(input));
        foreach (int width in filters)
        {
            x = new MaxPooling2D(2).Apply(ColourConv(x, width));
            x = NormGelu(ColourConv(NormGelu(x), width));
        }

        var last = new Dense(classes, Activation.Softmax, useBias: false, kernelInitializer: Initializer.Normal(standardDeviation: Deviation(filters[^1])));
        return new Model(input, last.Apply(new GlobalMaxPooling2D().Apply(ScaleDown(x))));
    }

    /// <summary>The shape of CIFAR-10's images.</summary>
    public static Shape ColourImage => new(32, 32, 3);

    private static Value ColourConv(Value input, int filters) =>
        new Conv2D(filters, kernelSize: 3, padding: Padding.Same, useBias: false, kernelInitializer: Initializer.Dirac(Initializer.Normal(standardDeviation: Deviation(9 * input.Shape[2]))))
            .Apply(input);

    /// <summary>PyTorch's first values, which the published learning rate is for: uniform within 1 / sqrt(inputs), which has this deviation.</summary>
    private static double Deviation(int inputs) => Math.Sqrt(1.0 / (3 * inputs));

    /// <summary>A ninth of each value, by a layer that is not trained: so the last layer's scores move as slowly as all else at the learning rate of the convolutions.</summary>
    private static Value ScaleDown(Value input) =>
        new DepthwiseConv2D(1, useBias: false, depthwiseInitializer: Initializer.Constant(1f / 9)) { Trainable = false }.Apply(input);

    /// <summary>Normalization without factors: what follows it is not linear in them, and training them gains nothing here.</summary>
    private static Value NormGelu(Value input) => new ActivationLayer(Activation.Gelu).Apply(new BatchNormalization(momentum: 0.6, scale: false).Apply(input));
}
