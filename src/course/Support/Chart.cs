using System.Globalization;

namespace NeuralCore.Course;

/// <summary>Axes in a figure: numbers become places in pixels, on a linear or a logarithmic scale.</summary>
public sealed class Chart
{
    private readonly Figure _figure;
    private readonly (double Left, double Top, double Right, double Bottom) _box;
    private readonly Axis _x, _y;

    /// <summary>Draws the axes with their ticks and names.</summary>
    /// <param name="figure">The figure to draw in.</param>
    /// <param name="box">The rectangle between the axes, in pixels; ticks and names are drawn outside it, 40 pixels on the left and below.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
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

    /// <summary>The place of a number on the horizontal axis, in pixels from the figure's left.</summary>
    public double X(double value) => _box.Left + (_x.Fraction(value) * (_box.Right - _box.Left));

    /// <summary>The place of a number on the vertical axis, in pixels from the figure's top.</summary>
    public double Y(double value) => _box.Bottom - (_y.Fraction(value) * (_box.Bottom - _box.Top));

    /// <summary>Draws a line through points given in the axes' numbers, with dots on them if asked for.</summary>
    public void Curve(IReadOnlyList<(double X, double Y)> points, string colour, bool dots = false)
    {
        _figure.Curve(points.Select(point => (X(point.X), Y(point.Y))), colour);
        foreach ((double x, double y) in dots ? points : [])
        {
            _figure.Circle(X(x), Y(y), 3.5, colour);
        }
    }
}

/// <summary>An axis.</summary>
/// <param name="Name">Its name, with the unit if there is one.</param>
/// <param name="From">The number at its beginning; above 0 on a logarithmic axis.</param>
/// <param name="To">The number at its end.</param>
/// <param name="Ticks">The numbers that are marked.</param>
/// <param name="Logarithmic">Whether equal distances are equal factors.</param>
/// <param name="Suffix">What follows a tick's number, as " %".</param>
public sealed record Axis(string Name, double From, double To, double[] Ticks, bool Logarithmic = false, string Suffix = "")
{
    /// <summary>0 at the beginning of the axis, 1 at its end.</summary>
    public double Fraction(double value) => Logarithmic
        ? Math.Log(Math.Max(value, 1e-300) / From) / Math.Log(To / From)
        : (value - From) / (To - From);

    /// <summary>A tick's text.</summary>
    public string Label(double tick) => tick.ToString("#,0.#####", CultureInfo.InvariantCulture) + Suffix;
}
