using System.Globalization;
using System.Security;
using System.Text;

namespace NeuralCore.Course;

/// <summary>
/// A picture as an SVG file: rectangles, lines and text in units of pixels, y downwards. Colours are names (c1 to c5, ink, soft, grid),
/// which the file defines for light and dark surroundings.
/// </summary>
/// <param name="width">The width in pixels.</param>
/// <param name="height">The height in pixels.</param>
/// <param name="title">What the picture shows, for readers who do not see it.</param>
public sealed class Figure(int width, int height, string title)
{
    private const string Style =
        "text{font:14px system-ui,sans-serif;fill:var(--ink)}.soft{fill:var(--soft)}.small{font-size:12px}"
        + "svg{--ink:#1c1e21;--soft:#5f6670;--grid:#c9ced6;--paper:#ffffff;--c1:#1f6fb2;--c2:#c2571a;--c3:#2b8a4b;--c4:#8a4fb0;--c5:#a98300}"
        + "@media(prefers-color-scheme:dark){svg{--ink:#e6e8eb;--soft:#a2a9b4;--grid:#454b54;--paper:#16181b;--c1:#6cb4f0;--c2:#f0925a;--c3:#63c98a;--c4:#c79be6;--c5:#e0bd4a}}";

    private readonly StringBuilder _body = new();

    /// <summary>Adds a text on the baseline y; anchor says which part of it is at x: start, middle or end. Style is soft, small or both.</summary>
    public void Text(double x, double y, string text, string anchor = "start", string style = "") =>
        _body.Append(Format($"<text x=\"{x:0.#}\" y=\"{y:0.#}\"")).Append(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"")
            .Append(style.Length == 0 ? "" : $" class=\"{style}\"").Append('>').Append(SecurityElement.Escape(text)).AppendLine("</text>");

    /// <summary>Adds a rectangle with its upper left corner at (x, y). The fill's opacity is from 0 to 1; a fill of "none" leaves it empty.</summary>
    public void Rectangle(double x, double y, double w, double h, string fill, double opacity = 1, string? stroke = null) =>
        _body.Append(Format($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{w:0.#}\" height=\"{h:0.#}\" fill=\"{Colour(fill)}\""))
            .Append(opacity < 1 ? Format($" fill-opacity=\"{opacity:0.##}\"") : "")
            .Append(stroke is null ? " shape-rendering=\"crispEdges\"" : $" stroke=\"{Colour(stroke)}\"").AppendLine("/>");

    /// <summary>Adds a line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string stroke = "ink", double thickness = 1.5, bool dashed = false) =>
        _body.Append(Format($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{Colour(stroke)}\" stroke-width=\"{thickness:0.#}\""))
            .Append(dashed ? " stroke-dasharray=\"5 4\"" : "").AppendLine("/>");

    /// <summary>Adds a line with a head at its end.</summary>
    public void Arrow(double x1, double y1, double x2, double y2, string stroke = "ink")
    {
        double length = Math.Max(1e-9, Math.Sqrt(((x2 - x1) * (x2 - x1)) + ((y2 - y1) * (y2 - y1))));
        double dx = (x2 - x1) / length * 9, dy = (y2 - y1) / length * 9;
        Line(x1, y1, x2 - dx, y2 - dy, stroke);
        _body.AppendLine(Format(
            $"<path d=\"M{x2:0.#} {y2:0.#}L{x2 - dx - (dy / 2):0.#} {y2 - dy + (dx / 2):0.#}L{x2 - dx + (dy / 2):0.#} {y2 - dy - (dx / 2):0.#}Z\" fill=\"{Colour(stroke)}\"/>"));
    }

    /// <summary>Adds a circle.</summary>
    public void Circle(double x, double y, double radius, string fill) =>
        _body.AppendLine(Format($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" fill=\"{Colour(fill)}\"/>"));

    /// <summary>Adds a line through points.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, string stroke, double thickness = 2) =>
        _body.Append("<polyline points=\"").AppendJoin(' ', points.Select(point => Format($"{point.X:0.#},{point.Y:0.#}")))
            .AppendLine(Format($"\" fill=\"none\" stroke=\"{Colour(stroke)}\" stroke-width=\"{thickness:0.#}\"/>"));

    /// <summary>
    /// Writes the file figures/NAME.svg of the course. The variable NEURALCORE_COURSE_FIGURES names another folder.
    /// </summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string name)
    {
        string folder = Environment.GetEnvironmentVariable("NEURALCORE_COURSE_FIGURES") ?? Repository.Locate("src/course/figures");
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, name + ".svg"),
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
            <title>{SecurityElement.Escape(title)}</title>
            <style>{Style}</style>
            <rect width="{width}" height="{height}" fill="var(--paper)"/>
            {_body}</svg>

            """.ReplaceLineEndings("\n"));
        Console.WriteLine($"figure: src/course/figures/{name}.svg");
    }

    private static string Colour(string name) => name == "none" ? "none" : $"var(--{name})";

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
