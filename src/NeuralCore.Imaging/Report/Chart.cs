using System.Text;
using System.Xml.Linq;
using ScottPlot;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// A chart that is drawn once by ScottPlot and given out twice: as a PNG with its title, and as SVG for the page, where its
/// colours are the page's variables and its text is the page's text.
/// </summary>
internal sealed class Chart
{
    private const int PixelsPerUnit = 3;
    private const float TextSize = 13;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly int _width;
    private readonly int _height;

    /// <summary>An empty chart.</summary>
    /// <param name="name">The name of its file, and of its parts in the page.</param>
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="width">Its width in the page's pixels.</param>
    /// <param name="height">Its height in the page's pixels.</param>
    public Chart(string name, string title, string description, int width = 460, int height = 300)
    {
        ReportFont.Register();
        (Name, Title, Description, _width, _height) = (name, title, description, width, height);
        Plot.Font.Set(ReportFont.Family);
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Grid.MajorLineColor = Palette.Line.ForChart;
        Plot.Grid.MinorLineColor = Colors.Transparent;
        Plot.Axes.Color(Palette.Muted.ForChart);
        Plot.Axes.Top.IsVisible = false;

        // Nothing is drawn on the right, but the last number below needs half of itself there.
        Plot.Axes.Right.FrameLineStyle.IsVisible = false;
        Plot.Axes.Right.TickLabelStyle.IsVisible = false;
        Plot.Axes.Right.MajorTickStyle.Length = 0;
        Plot.Axes.Right.MinorTickStyle.Length = 0;
        Plot.Axes.Right.MinimumSize = Plot.Axes.Right.MaximumSize = 20;
        foreach (IAxis axis in (ReadOnlySpan<IAxis>)[Plot.Axes.Bottom, Plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = TextSize;
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
            axis.FrameLineStyle.Color = Palette.Line.ForChart;
        }

        Plot.Axes.Title.Label.Text = title;
        Plot.Axes.Title.Label.FontName = ReportFont.Family;
        Plot.Axes.Title.Label.FontSize = 15;
        Plot.Axes.Title.Label.ForeColor = Palette.Ink.ForChart;
        Plot.Legend.BackgroundColor = Colors.Transparent;
        Plot.Legend.OutlineColor = Colors.Transparent;
        Plot.Legend.ShadowColor = Colors.Transparent;
        Plot.Legend.FontColor = Palette.Ink.ForChart;
        Plot.Legend.FontName = ReportFont.Family;
        Plot.Legend.FontSize = TextSize;
    }

    public string Name { get; }

    public string Title { get; }

    public string Description { get; }

    /// <summary>What ScottPlot draws.</summary>
    public Plot Plot { get; } = new();

    /// <summary>Names an axis.</summary>
    public void Label(IAxis axis, string text)
    {
        axis.Label.Text = text;
        axis.Label.FontName = ReportFont.Family;
        axis.Label.FontSize = TextSize;
        axis.Label.Bold = false;
        axis.Label.ForeColor = Palette.Muted.ForChart;
    }

    /// <summary>The chart as a picture on white.</summary>
    public ReportFile ToPng()
    {
        Plot.Axes.Title.IsVisible = true;
        Plot.FigureBackground.Color = Palette.Paper.ForChart;
        Plot.ScaleFactor = PixelsPerUnit;
        byte[] png = Plot.GetImageBytes(_width * PixelsPerUnit, _height * PixelsPerUnit, ImageFormat.Png);
        Plot.ScaleFactor = 1;
        return new ReportFile($"{Name}.png", png);
    }

    /// <summary>The chart as an SVG file of its own, on white. Without Inter installed, the viewer uses its own typeface.</summary>
    public ReportFile ToSvgFile()
    {
        Plot.Axes.Title.IsVisible = true;
        Plot.FigureBackground.Color = Palette.Paper.ForChart;
        XDocument svg = XDocument.Parse(Plot.GetSvgXml(_width, _height));
        foreach (XAttribute family in svg.Descendants().Attributes("font-family"))
        {
            family.Value = $"{ReportFont.Family}, system-ui, sans-serif";
        }

        return new ReportFile($"{Name}.svg", Encoding.UTF8.GetBytes(svg.ToString(SaveOptions.DisableFormatting)));
    }

    /// <summary>The chart as a part of the page. It has no title there: the page says it.</summary>
    public XElement ToSvg()
    {
        Plot.Axes.Title.IsVisible = false;
        Plot.FigureBackground.Color = Colors.Transparent;
        XElement svg = XDocument.Parse(Plot.GetSvgXml(_width, _height)).Root!;
        svg.Attribute("width")!.Remove();
        svg.Attribute("height")!.Remove();
        svg.SetAttributeValue("viewBox", $"0 0 {_width} {_height}");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", Description);

        // Skia counts names through the whole process. Here they are counted anew, and unlike those of the page's other charts.
        Dictionary<string, string> names = svg.Descendants().Attributes("id").Select((id, i) => (id.Value, New: $"{Name}-{i}")).ToDictionary();
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName switch
            {
                "id" => names[attribute.Value],
                "clip-path" => $"url(#{names[attribute.Value["url(#".Length..^1]]})",
                "fill" or "stroke" => PageColor(attribute.Value),
                _ => attribute.Value,
            };
        }

        foreach (XElement text in svg.Descendants(Svg + "text"))
        {
            text.Value = text.Value.Trim();
        }

        return svg;
    }

    /// <summary>The page's variable for a colour of the palette; other colours stay. Skia writes white by its name.</summary>
    private static string PageColor(string value) =>
        Palette.All.FirstOrDefault(color => color.LightHex == (value == "white" ? "#FFFFFF" : value)) is { } known ? $"var(--{known.Name})" : value;
}
