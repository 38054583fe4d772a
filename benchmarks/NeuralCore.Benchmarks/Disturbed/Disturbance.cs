using NeuralCore.Data;

namespace NeuralCore.Benchmarks.Disturbed;

/// <summary>
/// Test images that are not quite what was trained on. None of this is the engine's own augmentation: it is written anew, in double,
/// with other random numbers, so that the one cannot hide a mistake in the other.
/// </summary>
/// <param name="Name">What is done, for the table.</param>
/// <param name="Change">Makes another image of height x width pixels.</param>
internal sealed record Disturbance(string Name, Func<byte[], int, int, Random, byte[]> Change)
{
    private const double Degrees = 20;
    private const double Pixels = 4;
    private const double LeastZoom = 0.8;
    private const double GreatestZoom = 1.2;
    private const double NoiseDeviation = 0.2 * 255;

    /// <summary>All of them, the images as they are first.</summary>
    public static IReadOnlyList<Disturbance> All { get; } =
    [
        new("as they are", (image, _, _, _) => image),
        new($"turned by up to {Degrees} degrees", (image, h, w, random) => Picture.Move(image, h, w, Angle(random), 0, 0, 1)),
        new($"moved by up to {Pixels} pixels", (image, h, w, random) => Picture.Move(image, h, w, 0, Shift(random), Shift(random), 1)),
        new($"zoomed by {LeastZoom} to {GreatestZoom}", (image, h, w, random) => Picture.Move(image, h, w, 0, 0, 0, Zoom(random))),
        new($"noise of deviation {NoiseDeviation / 255}", (image, _, _, random) => Noise(image, random)),
        new("all of these", (image, h, w, random) =>
            Noise(Picture.Move(image, h, w, Angle(random), Shift(random), Shift(random), Zoom(random)), random)),
        new("by 16 x 16, with margins", (image, h, w, _) => Picture.Enlarge(Picture.Shrink(image, h, w, 0, 0, h, w, 16), 16, h, w)),
        new("by 16 x 16, filled as in USPS", (image, h, w, _) => Picture.Enlarge(Picture.ShrinkInk(image, h, w, 16), 16, h, w)),
    ];

    /// <summary>Every image changed; the same seed changes them in the same way.</summary>
    public LabelledImages Apply(LabelledImages source, int first, int count, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = [.. Enumerable.Range(first, count).SelectMany(
            i => Change(source.Pixels(i).ToArray(), source.Height, source.Width, random))];
        return new LabelledImages(pixels, source.Labels.Slice(first, count).ToArray(), source.Height, source.Width, source.Classes);
    }

    private static double Angle(Random random) => Uniform(random, -Degrees, Degrees) * Math.PI / 180;

    private static double Shift(Random random) => Uniform(random, -Pixels, Pixels);

    private static double Zoom(Random random) => Uniform(random, LeastZoom, GreatestZoom);

    private static double Uniform(Random random, double from, double to) => from + ((to - from) * random.NextDouble());

    /// <summary>Adds bell-shaped noise, drawn by Box and Muller's method.</summary>
    private static byte[] Noise(byte[] image, Random random) =>
        [.. image.Select(pixel => Picture.ToByte(
            pixel + (NoiseDeviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))))];
}
