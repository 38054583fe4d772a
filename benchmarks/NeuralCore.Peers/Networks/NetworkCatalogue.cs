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
    ];

    private static Conv2D Conv(int filters, int kernel, int stride = 1) => new(filters, kernel, stride, activation: Activation.Relu);

    private static Conv2D Same(int filters, int kernel) => new(filters, kernel, padding: Padding.Same, activation: Activation.Relu);

    private static MaxPooling2D Pool() => new(2);

    private static Dense Hidden(int units) => new(units, Activation.Relu);

    private static Dropout Drop(double rate, bool dropout) => new(dropout ? rate : 0);
}
