using System.Globalization;

namespace NeuralCore.Course;

/// <summary>Axes in a figure: numbers become places, on a linear or a logarithmic scale.</summary>
public sealed class Chart
{
    private readonly Figure _figure;
    private readonly (double Left, double Top, double Right, double Bottom) _box;
    private readonly Axis _x, _y;

    /// <summary>Draws the axes with their ticks and names.</summary>
    public Chart(Figure figure, (double Left, double Top, double Right, double Bottom) box, Axis x, Axis y)
    {
        (_figure, _box, _x, _y) = (figure, box, x, y);
        foreach (double tick in x.Ticks)
        {
            figure.Line(X(tick), box.Top, X(tick), box.Bottom, "grid", 1);
            figure.Text(X(tick), box.Bottom + 18, x.Label(tick), "middle", "soft small");
        }

        foreach (double tick in y.Ticks)
        {
            figure.Line(box.Left, Y(tick), box.Right, Y(tick), "grid", 1);
            figure.Text(box.Left - 6, Y(tick) + 4, y.Label(tick), "end", "soft small");
        }

        figure.Text((box.Left + box.Right) / 2, box.Bottom + 38, x.Name, "middle");
        figure.Text(box.Left - 40, box.Top - 12, y.Name);
    }

    /// <summary>The place of a number on the horizontal axis.</summary>
    public double X(double value) => _box.Left + (_x.Fraction(value) * (_box.Right - _box.Left));

    /// <summary>The place of a number on the vertical axis.</summary>
    public double Y(double value) => _box.Bottom - (_y.Fraction(value) * (_box.Bottom - _box.Top));

    /// <summary>Draws a line through points, with dots on them if asked for.</summary>
    public void Curve(IReadOnlyList<(double X, double Y)> points, string colour, bool dots = false)
    {
        _figure.Curve(points.Select(point => (X(point.X), Y(point.Y))), colour);
        foreach ((double x, double y) in dots ? points : [])
        {
            _figure.Circle(X(x), Y(y), 3.5, colour);
        }
    }
}

/// <summary>An axis: its name, its range, its ticks.</summary>
public sealed record Axis(string Name, double From, double To, double[] Ticks, bool Logarithmic = false, string Suffix = "")
{
    /// <summary>0 at the beginning of the axis, 1 at its end.</summary>
    public double Fraction(double value) => Logarithmic
        ? Math.Log(Math.Max(value, 1e-300) / From) / Math.Log(To / From)
        : (value - From) / (To - From);

    /// <summary>A tick's text.</summary>
    public string Label(double tick) => tick.ToString("#,0.#####", CultureInfo.InvariantCulture) + Suffix;
}
