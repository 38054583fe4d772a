using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Imaging.Tests.Drawing;

/// <summary>A few letters as a pen writes them, and a network that knows no others.</summary>
internal static class Letters
{
    private const float Softness = 1e5f;

    private static readonly (string Name, double Width, (double X, double Y)[][] Strokes)[] Drawn =
    [
        ("C", 0.6, [Circle(0.3, 0.5, 0.3, 0.5, 50, 310)]),
        ("H", 0.6, [[(0.04, 0), (0.04, 1)], [(0.04, 0.5), (0.5, 0.5)], [(0.6, 0), (0.6, 1)]]),
        ("O", 0.7, [Circle(0.35, 0.5, 0.35, 0.5, 0, 360)]),
        ("T", 0.7, [[(0, 0.02), (0.7, 0.02)], [(0.35, 0.02), (0.35, 1)]]),
        ("E", 0.5, [[(0.5, 0.02), (0.04, 0.02), (0.04, 0.98), (0.5, 0.98)], [(0.04, 0.5), (0.4, 0.5)]]),
        ("c", 0.4, [Circle(0.2, 0.7, 0.2, 0.3, 50, 310)]),
        ("i", 0.1, [[(0.05, 0.42), (0.05, 1)], [(0.05, 0.12), (0.05, 0.14)]]),
        ("o", 0.4, [Circle(0.2, 0.7, 0.2, 0.3, 0, 360)]),
        ("r", 0.3, [[(0.04, 0.4), (0.04, 1)], Circle(0.24, 0.62, 0.2, 0.2, 180, 300)]),
    ];

    /// <summary>What it knows.</summary>
    public static Alphabet Alphabet { get; } = new([.. Drawn.Select(letter => letter.Name)]);

    /// <summary>A page with lines of words.</summary>
    public static ColourImage Page(params string[] lines)
    {
        const int Height = 60, Space = 40, Gap = 12, Margin = 50, Pen = 6;
        int width = (2 * Margin) + lines.Max(line => (int)line.Sum(c => c == ' ' ? Space : (Height * WidthOf(c)) + Gap));
        var sheet = new Sheet(width, (2 * Margin) + (lines.Length * 2 * Height), 240);
        for (int row = 0; row < lines.Length; row++)
        {
            (double x, double y) = (Margin, Margin + (row * 2 * Height));
            foreach (char c in lines[row])
            {
                if (c == ' ')
                {
                    x += Space;
                    continue;
                }

                foreach ((double X, double Y)[] stroke in Drawn.First(letter => letter.Name[0] == c).Strokes)
                {
                    sheet.Stroke([.. stroke.Select(point => (x + (Height * point.X), y + (Height * point.Y)))], Pen, 30);
                }

                x += (Height * WidthOf(c)) + Gap;
            }
        }

        return sheet.Scan();
    }

    /// <summary>
    /// A network that names the nearest picture: the square of the distance of x to a picture t is x^2 - 2 t x + t^2, of which a dense layer computes what differs from class to class.
    /// </summary>
    public static Model Reader()
    {
        var model = new Sequential(new Input(new Shape(28, 28, 1)), new Flatten(), new Dense(Drawn.Length, Activation.Softmax));
        model.Compile(seed: 1);
        float[] kernel = new float[28 * 28 * Drawn.Length], bias = new float[Drawn.Length];
        for (int k = 0; k < Drawn.Length; k++)
        {
            var frame = new byte[28 * 28];
            if (PicturePreparation.Frame.Apply(Page(Drawn[k].Name), frame) is { } fault)
            {
                throw new InvalidOperationException($"The letter {Drawn[k].Name} {fault}.");
            }

            for (int i = 0; i < frame.Length; i++)
            {
                kernel[(i * Drawn.Length) + k] = 2 * frame[i] / Softness;
                bias[k] -= frame[i] * frame[i] / Softness;
            }
        }

        model.Parameters.Single(parameter => parameter.Name.EndsWith("kernel", StringComparison.Ordinal)).Write(kernel);
        model.Parameters.Single(parameter => parameter.Name.EndsWith("bias", StringComparison.Ordinal)).Write(bias);
        return model;
    }

    private static double WidthOf(char c) => Drawn.First(letter => letter.Name[0] == c).Width;

    private static (double X, double Y)[] Circle(double x, double y, double across, double down, double from, double to) =>
        [.. Enumerable.Range(0, 25).Select(i => double.DegreesToRadians(from + ((to - from) * i / 24))).Select(angle => (x + (across * Math.Cos(angle)), y + (down * Math.Sin(angle))))];
}
