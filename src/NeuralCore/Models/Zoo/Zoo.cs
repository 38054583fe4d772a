namespace NeuralCore;

/// <summary>
/// Networks for images by their names, each in a file of its own. All of them end in a softmax over the classes, and take the shape of an image,
/// the number of classes and the preprocessing; the pixels are divided by 255 unless said.
/// </summary>
public static partial class Zoo
{
    /// <summary>The shape of MNIST's images.</summary>
    public static readonly Shape MnistImage = new(28, 28, 1);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ZooNetwork> Networks { get; } =
    [
        new("seed", "two convolutions and two dense layers", 6, (image, classes, preprocessing) => Seed(image, classes, preprocessing)),
        new("compact", "four convolutions, two before each pooling", 16, (image, classes, preprocessing) => Compact(image, classes, preprocessing)),
        new("mlp", "two dense layers of 512 units", 1, (image, classes, preprocessing) => Mlp(image, classes, preprocessing)),
        new("lenet5", "LeNet-5, with ReLUs and max-pooling", 12, (image, classes, preprocessing) => LeNet5(image, classes, preprocessing)),
        new("tiny", "two convolutions and one dense layer, 13,000 parameters", 12, (image, classes, preprocessing) => Tiny(image, classes, preprocessing)),
        new("small", "two convolutions of few channels", 12, (image, classes, preprocessing) => Small(image, classes, preprocessing)),
        new("deep", "seven convolutions, of which strided ones take the place of poolings", 25, (image, classes, preprocessing) => Deep(image, classes, preprocessing)),
        new("resnet", "residual blocks", 1, (image, classes, preprocessing) => ResNet(image, classes, preprocessing)),
        new("densenet", "dense blocks", 4, (image, classes, preprocessing) => DenseNet(image, classes, preprocessing)),
        new("mobile", "depthwise separable convolutions", 1, (image, classes, preprocessing) => Mobile(image, classes, preprocessing)),
        new("resnet20", "residual blocks, three a stage", 1, (image, classes, preprocessing) => ResNet(image, classes, preprocessing, blocks: 3)),
        new("colour", "three blocks of two convolutions behind one that whitens patches, for pictures in colour", 9, (image, classes, preprocessing) => Colour(image, classes, preprocessing)),
        new("colour-wide", "the same with more filters in the second block, as published", 9, (image, classes, preprocessing) => Colour(image, classes, preprocessing, [64, 256, 256])),
        new("best", "five convolutions with batch normalization, for the most accuracy in an hour", 4, (image, classes, preprocessing) => Best(image, classes, preprocessing)),
    ];

    /// <summary>The network of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ZooNetwork Find(string name) => Networks.FirstOrDefault(network => network.Name == name)
        ?? throw new ArgumentException($"There is no network '{name}': choose one of {string.Join(", ", Networks.Select(network => network.Name))}.", nameof(name));

    private static Value ImageInput(Shape? image, Preprocessing? preprocessing) => Value.Input(image ?? MnistImage, preprocessing ?? Preprocessing.Scale);

    private static Input ImageLayer(Shape? image, Preprocessing? preprocessing) => new(image ?? MnistImage, preprocessing ?? Preprocessing.Scale);

    /// <summary>A convolution of the image's own size (of a half of it with stride 2), batch normalization and ReLU.</summary>
    private static Value ConvBatchNormReLU(Value input, int filters, int kernelSize = 3, int strides = 1) =>
        new ReLU().Apply(ConvBatchNorm(input, filters, kernelSize, strides));

    /// <summary>A convolution without bias, which the offset of the normalization behind it would undo.</summary>
    private static Value ConvBatchNorm(Value input, int filters, int kernelSize = 3, int strides = 1)
    {
        var convolution = new Conv2D(filters, kernelSize, strides, Padding.Same, useBias: false, kernelInitializer: Initializer.HeNormal);
        return new BatchNormalization(momentum: 0.9).Apply(convolution.Apply(input));
    }

    private static Value Classifier(Value features, int classes) => new Dense(classes, Activation.Softmax).Apply(new GlobalAveragePooling2D().Apply(features));
}

/// <summary>A network of the <see cref="Zoo"/>.</summary>
/// <param name="Name">What it is called on a command line.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="SmallestSide">The fewest rows and columns that an image must have.</param>
/// <param name="Create">Describes it for the shape of an image, the number of classes, and the preprocessing (null: divided by 255).</param>
public sealed record ZooNetwork(string Name, string Description, int SmallestSide, Func<Shape, int, Preprocessing?, Model> Create);
