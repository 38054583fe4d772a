using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Stages;

/// <summary>What is printed on the paper.</summary>
internal enum Lines
{
    None,
    Ruled,
    Squared,
    Frame,
}

/// <summary>A photo made of numbers: a five on paper, under a light, through a noisy lens.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Ink">Red, green and blue.</param>
/// <param name="Paper">Red, green and blue.</param>
internal sealed record Scene(string Name, int[] Ink, int[] Paper)
{
    private static readonly int[] Pen = [35, 35, 40];
    private static readonly int[] Print = [120, 150, 200];
    private static readonly int[] Sheet = [235, 232, 225];

    public static Scene BlackOnWhite { get; } = new("black on white", [0, 0, 0], [255, 255, 255]);

    public static IReadOnlyList<Scene> All { get; } =
    [
        new("white on black", [255, 255, 255], [0, 0, 0]),
        new("yellow on white", [255, 235, 60], [255, 255, 255]),
        new("pink on white", [255, 190, 210], [255, 255, 255]),
        new("red on a green board", [230, 90, 90], [50, 90, 60]) { Noise = 5 },
        new("chalk", [215, 215, 210], [55, 75, 65]) { Noise = 8 },
        new("pencil", [150, 150, 150], Sheet) { Noise = 4 },
        new("grey paper in the dark", [25, 25, 28], [95, 92, 88]) { Noise = 3 },
        new("noise", Pen, Sheet) { Noise = 20 },
        new("light from one side", Pen, Sheet) { Noise = 3, Light = (x, _) => 0.4 + (0.6 * x) },
        new("vignette", Pen, Sheet) { Noise = 3, Light = (x, y) => 1 - (0.9 * (Math.Pow(x - 0.5, 2) + Math.Pow(y - 0.5, 2))) },
        new("hard shadow", Pen, Sheet) { Noise = 3, Light = (x, y) => x + (0.3 * y) < 0.6 ? 0.5 : 1 },
        new("ruled", Pen, Sheet) { Noise = 3, Lines = Lines.Ruled },
        new("ruled and tilted", Pen, Sheet) { Noise = 3, Lines = Lines.Ruled, Tilt = 0.06 },
        new("squared", Pen, Sheet) { Noise = 3, Lines = Lines.Squared },
        new("squared in light from one side", Pen, Sheet) { Noise = 3, Lines = Lines.Squared, Light = (x, _) => 0.4 + (0.6 * x) },
        new("framed", Pen, Sheet) { Noise = 3, Lines = Lines.Frame },
        new("small and in a corner", Pen, Sheet) { Noise = 3, Size = 0.15, X = 0.05, Y = 0.8 },
        new("nearly filling the frame", [0, 0, 0], [255, 255, 255]) { Size = 0.96, X = 0.02, Y = 0.02 },
        new("many pixels", Pen, Sheet) { Noise = 3, Side = 1700 },
        new("few pixels", [0, 0, 0], [255, 255, 255]) { Side = 56 },
    ];

    public double Noise { get; init; }

    public Func<double, double, double> Light { get; init; } = (_, _) => 1;

    public Lines Lines { get; init; }

    public double Tilt { get; init; }

    /// <summary>The digit's side and its left and upper edge, as shares of the picture.</summary>
    public double Size { get; init; } = 0.5;

    public double X { get; init; } = 0.25;

    public double Y { get; init; } = 0.25;

    public int Side { get; init; } = 400;

    public bool HasDigit { get; init; } = true;

    public ColourImage Draw()
    {
        var random = new Random(1);
        var pixels = new byte[Side * Side * ColourImage.Channels];
        for (int i = 0; i < Side * Side; i++)
        {
            (int x, int y) = (i % Side, i / Side);
            bool isInk = HasDigit && IsFive(((x + 0.5) / Side - X) / Size, ((y + 0.5) / Side - Y) / Size);
            double light = Light((double)x / Side, (double)y / Side);
            double noise = Noise * (random.NextDouble() + random.NextDouble() - 1) * 2;
            for (int c = 0; c < ColourImage.Channels; c++)
            {
                double colour = isInk ? Ink[c] : IsLine(x, y) ? LineColour(c) : Paper[c];
                pixels[(i * ColourImage.Channels) + c] = (byte)Math.Clamp((colour * light) + noise, 0, 255);
            }
        }

        return new ColourImage(Side, Side, pixels);
    }

    private int LineColour(int c) => Lines == Lines.Frame ? Pen[c] : Print[c];

    private bool IsLine(int x, int y)
    {
        double level = (y + (Tilt * x)) % 25;
        return Lines switch
        {
            Lines.Ruled => level < 1.5,
            Lines.Squared => level < 1.5 || x % 25 < 1.5,
            Lines.Frame => y < 14 || x < 10 || x > Side - 5,
            _ => false,
        };
    }

    /// <summary>A five of strokes as wide as MNIST's, in a square of side 1.</summary>
    private static bool IsFive(double x, double y)
    {
        const double half = 0.07;
        bool top = y is >= 0 and <= 2 * half && x is >= 0.2 and <= 0.8;
        bool neck = x is >= 0.2 and <= 0.2 + (2 * half) && y is >= 0 and <= 0.5;
        double radius = Math.Sqrt(Math.Pow(x - 0.45, 2) + Math.Pow(y - 0.68, 2));
        bool belly = Math.Abs(radius - 0.25) <= half && (x > 0.3 || y > 0.8);
        return top || neck || belly;
    }
}
