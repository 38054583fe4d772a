namespace NeuralCore.Peers.Networks;

/// <summary>The networks that are compared.</summary>
internal static class NetworkCatalogue
{
    private static readonly Shape Digit = new(28, 28, 1);
    private static readonly Shape Colour = new(32, 32, 3);

    /// <summary>All of them; the first is the one that the other jobs compare.</summary>
    public static IReadOnlyList<PeerNetwork> All { get; } =
    [
        new("seed", "32-64, 3x3; pool; 256", Digit, dropout =>
            [Conv(32, 3), Conv(64, 3), Pool(), Drop(0.25, dropout), new Flatten(), Hidden(256), Drop(0.5, dropout)]),
        new("mlp", "512-512", Digit, dropout => [new Flatten(), Hidden(512), Drop(0.2, dropout), Hidden(512), Drop(0.2, dropout)]),
        new("lenet5", "6-16, 5x5; 120-84", Digit, _ => [Same(6, 5), Pool(), Conv(16, 5), Pool(), new Flatten(), Hidden(120), Hidden(84)]),
        new("vgg", "32-32-64-64-128, 3x3 same", Digit, _ =>
            [Same(32, 3), Same(32, 3), Pool(), Same(64, 3), Same(64, 3), Pool(), Same(128, 3), Pool(), new Flatten()]),
        new("strided", "32-32-32(5x5/2)-64-64-64(5x5/2); 128", Digit, dropout =>
            [Conv(32, 3), Conv(32, 3), Conv(32, 5, 2), Conv(64, 3), Conv(64, 3), Conv(64, 5, 2), new Flatten(), Hidden(128), Drop(0.4, dropout)]),
        new("wide", "64-64-128-128, 3x3 same, 32x32x3; 256", Colour, _ =>
            [Same(64, 3), Same(64, 3), Pool(), Same(128, 3), Same(128, 3), Pool(), new Flatten(), Hidden(256)]),
        new("odd", "20-20-50, 3x3 same; 100", Digit, _ => [Same(20, 3), Same(20, 3), Pool(), Same(50, 3), Pool(), new Flatten(), Hidden(100)]),
        new("mobile", "32, 3x3 same; depthwise 3x3 and 1x1: 64-128(/2)-128-256(/2)-256-256(/2), 32x32x3", Colour, _ =>
            [Same(32, 3), .. Mobile(64), .. Mobile(128, 2), .. Mobile(128), .. Mobile(256, 2), .. Mobile(256), .. Mobile(256, 2), new Flatten()]),
        new("residual", "32, then blocks of two 3x3 with batch normalization: 32-64(/2)-128(/2), 32x32x3", Colour, _ =>
            [.. Convolved(32), new ReLU(), new ResidualBlock(32), new ResidualBlock(64, 2), new ResidualBlock(128, 2), new GlobalAveragePooling2D()]),
        new("dense-block", "24, then 4 x 12, 1x1 to 36 and average pooling, 4 x 12, 3x3 with batch normalization, 32x32x3", Colour, _ =>
            [Same(24, 3), new DenseBlock(4, 12), Norm(), new ReLU(), new Conv2D(36, 1, useBias: false), new AveragePooling2D(), new DenseBlock(4, 12), Norm(), new ReLU(), new GlobalAveragePooling2D()]),
    ];

    private static Conv2D Conv(int filters, int kernel, int stride = 1) => new(filters, kernel, stride, activation: Activation.Relu);

    private static Conv2D Same(int filters, int kernel) => new(filters, kernel, padding: Padding.Same, activation: Activation.Relu);

    /// <summary>
    /// A block of MobileNet (Howard et al., 2017, figure 3) without its normalisation. So that values keep their size without it, kernels begin
    /// with He's deviation, the depthwise one with that of nine terms: its fans count the terms of all channels.
    /// </summary>
    private static Layer[] Mobile(int filters, int stride = 1) =>
    [
        new DepthwiseConv2D(3, stride, Padding.Same, activation: Activation.Relu, depthwiseInitializer: Initializer.Normal(0, Math.Sqrt(2.0 / 9))),
        new Conv2D(filters, 1, activation: Activation.Relu, kernelInitializer: Initializer.HeNormal),
    ];

    private static BatchNormalization Norm() => new();

    private static Layer[] Convolved(int filters, int kernel = 3, int stride = 1) =>
        [new Conv2D(filters, kernel, stride, Padding.Same, useBias: false, kernelInitializer: Initializer.HeNormal), Norm()];

    private static Value Applied(this Layer[] layers, Value input) => layers.Aggregate(input, (value, layer) => layer.Apply(value));

    private static MaxPooling2D Pool() => new(2);

    private static Dense Hidden(int units) => new(units, Activation.Relu);

    private static Dropout Drop(double rate, bool dropout) => new(dropout ? rate : 0);

    /// <summary>A block of He et al. 2016, figure 2; where it changes the size, a 1x1 convolution takes the input along.</summary>
    private sealed class ResidualBlock(int filters, int stride = 1) : Layer
    {
        public override Value Build(Value input)
        {
            Value inner = new ReLU().Apply(Convolved(filters, 3, stride).Applied(input));
            Value beside = stride == 1 && input.Shape[2] == filters ? input : Convolved(filters, 1, stride).Applied(input);
            return new ReLU().Apply(new Add().Apply(beside, Convolved(filters).Applied(inner)));
        }
    }

    /// <summary>A block of Huang et al. 2017: each convolution reads the outputs of all before it.</summary>
    private sealed class DenseBlock(int layers, int growth) : Layer
    {
        public override Value Build(Value input)
        {
            for (int i = 0; i < layers; i++)
            {
                Value normalized = new ReLU().Apply(Norm().Apply(input));
                input = new Concatenate().Apply(input, new Conv2D(growth, 3, padding: Padding.Same, useBias: false, kernelInitializer: Initializer.HeNormal).Apply(normalized));
            }

            return input;
        }
    }
}
