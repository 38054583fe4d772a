namespace NeuralCore.Imaging.Tests.Drawing;

/// <summary>
/// A character as a pen writes it: strokes, each a chain of points. The box of a digit is 1 high and about 0.6 wide, with its top left corner
/// at the origin; signs stand where they stand beside such a digit.
/// </summary>
/// <param name="Name">What it is: a digit, or the name of a sign.</param>
/// <param name="Strokes">The chains of points.</param>
internal sealed record Glyph(string Name, (double X, double Y)[][] Strokes)
{
    private const int PointsOnArc = 24;

    /// <summary>The ways in which a digit is written, the commonest first.</summary>
    /// <param name="digit">0 to 9.</param>
    public static IReadOnlyList<Glyph> Styles(int digit) => digit switch
    {
        0 => [Of("0", Arc(0.3, 0.5, 0.3, 0.5, -90, 270)), Of("0", Arc(0.32, 0.5, 0.24, 0.5, -70, 280))],
        1 =>
        [
            Of("1", [(0.3, 0), (0.28, 1)]),
            Of("1", [(0.08, 0.25), (0.34, 0), (0.34, 1)]),
            Of("1", [(0.1, 0.22), (0.34, 0), (0.32, 1)], [(0.1, 1), (0.56, 1)]),
        ],
        2 =>
        [
            Of("2", [.. Arc(0.3, 0.28, 0.28, 0.28, -170, 40), (0.02, 1), (0.6, 1)]),
            Of("2", [.. Arc(0.3, 0.26, 0.27, 0.26, -150, 50), (0.05, 0.96), (0.3, 0.9), (0.62, 1)]),
        ],
        3 =>
        [
            Of("3", [.. Arc(0.27, 0.25, 0.27, 0.25, -150, 90), .. Arc(0.27, 0.74, 0.32, 0.26, -90, 150)]),
            Of("3", [(0.03, 0), (0.55, 0), (0.24, 0.4), .. Arc(0.24, 0.7, 0.32, 0.3, -80, 150)]),
        ],
        4 =>
        [
            Of("4", [(0.25, 0), (0.02, 0.62), (0.62, 0.62)], [(0.44, 0.3), (0.42, 1)]),
            Of("4", [(0.44, 0), (0, 0.66), (0.62, 0.66)], [(0.44, 0), (0.44, 1)]),
        ],
        5 =>
        [
            Of("5", [(0.52, 0), (0.12, 0), (0.08, 0.42), .. Arc(0.26, 0.68, 0.3, 0.32, -130, 140)]),
            Of("5", [(0.1, 0.02), (0.07, 0.45), .. Arc(0.26, 0.7, 0.31, 0.3, -125, 145)], [(0.1, 0.02), (0.58, 0)]),
        ],
        6 => [Of("6", [(0.46, 0), .. Arc(0.42, 0.55, 0.38, 0.5, -120, -180), .. Arc(0.31, 0.7, 0.28, 0.3, 180, -180)])],
        7 =>
        [
            Of("7", [(0.02, 0.02), (0.58, 0), (0.22, 1)]),
            Of("7", [(0.02, 0.04), (0.58, 0), (0.24, 1)], [(0.16, 0.52), (0.56, 0.48)]),
        ],
        8 => [Of("8", [.. Arc(0.3, 0.25, 0.23, 0.25, 90, -270), .. Arc(0.3, 0.75, 0.29, 0.25, -90, 270)])],
        9 =>
        [
            Of("9", [.. Arc(0.28, 0.27, 0.26, 0.27, -20, -340), (0.55, 0.2), (0.5, 1)]),
            Of("9", [.. Arc(0.28, 0.27, 0.26, 0.27, -20, -340), (0.54, 0.2), .. Arc(0.28, 0.72, 0.27, 0.28, 0, 130)]),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(digit)),
    };

    /// <summary>A sign that is no digit.</summary>
    /// <param name="name">minus, plus, slash, point, comma, colon or equals.</param>
    public static Glyph Sign(string name) => name switch
    {
        "minus" => Of(name, [(0.08, 0.52), (0.56, 0.5)]),
        "plus" => Of(name, [(0.06, 0.52), (0.56, 0.52)], [(0.31, 0.26), (0.31, 0.78)]),
        "slash" => Of(name, [(0.6, -0.08), (0.05, 1.1)]),
        "point" => Of(name, [(0.15, 0.97), (0.17, 0.98)]),
        "comma" => Of(name, [(0.18, 0.94), (0.18, 1), (0.1, 1.14)]),
        "colon" => Of(name, [(0.15, 0.3), (0.16, 0.31)], [(0.15, 0.84), (0.16, 0.85)]),
        "equals" => Of(name, [(0.06, 0.4), (0.56, 0.4)], [(0.06, 0.64), (0.56, 0.64)]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The glyph as a hand writes it: slanted and narrowed a little, its points moved by chance.</summary>
    /// <param name="random">Decides all of it.</param>
    /// <param name="shake">How far, as a share of the height; half of it for points.</param>
    public Glyph Written(Random random, double shake = 0.06)
    {
        double Chance() => ((2 * random.NextDouble()) - 1) * shake;
        (double slant, double narrow, double turn) = (2 * Chance(), 1 + (2 * Chance()), Chance());
        return this with
        {
            Strokes = Array.ConvertAll(Strokes, stroke =>
            {
                // Neighbouring points move alike: a hand does not tremble at every point of an arc.
                (double dx, double dy, double ex, double ey) = (Chance() / 2, Chance() / 2, Chance() / 2, Chance() / 2);
                return stroke.Select((point, i) =>
                {
                    double along = (double)i / Math.Max(1, stroke.Length - 1);
                    (double x, double y) = ((point.X * narrow) + dx + (along * ex), point.Y + dy + (along * ey));
                    return (x + (slant * (0.5 - y)) - (turn * (y - 0.5)), y + (turn * (x - 0.3)));
                }).ToArray();
            }),
        };
    }

    private static Glyph Of(string name, params (double X, double Y)[][] strokes) => new(name, strokes);

    private static (double X, double Y)[] Arc(double x, double y, double radiusX, double radiusY, double from, double to) =>
    [
        .. Enumerable.Range(0, PointsOnArc + 1).Select(i =>
        {
            double angle = (from + ((to - from) * i / PointsOnArc)) * Math.PI / 180;
            return (x + (radiusX * Math.Cos(angle)), y + (radiusY * Math.Sin(angle)));
        }),
    ];
}
