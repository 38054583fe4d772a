using System.Text.Encodings.Web;
using System.Text.Unicode;
using System.Xml.Linq;

namespace NeuralCore.Imaging.Report;

/// <summary>The parts that the page is made of, as HTML that is also well-formed XML.</summary>
internal static class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Text that came from outside, as text and nothing else.</summary>
    public static string Text(string text) => Encoder.Encode(string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)));

    /// <summary>Rows of markup under one another.</summary>
    public static string Join(IEnumerable<string> rows) => string.Join('\n', rows);

    /// <summary>A chart with its title.</summary>
    public static string Figure(Chart chart) => $"""
        <figure class="chart">
        <figcaption>{Text(chart.Title)}</figcaption>
        {chart.ToSvg().ToString(SaveOptions.DisableFormatting)}
        </figure>
        """;

    /// <summary>A picture of a gallery with its captions.</summary>
    /// <param name="exhibit">The picture.</param>
    /// <param name="kind">ink, which turns light on a dark screen, or signed.</param>
    public static string Figure(Exhibit exhibit, string kind) => $"""
        <figure>
        {Picture(exhibit.Picture, exhibit.Description, kind)}
        <figcaption><b>{Text(exhibit.Caption)}</b> <span>{Text(exhibit.Detail)}</span></figcaption>
        </figure>
        """;

    /// <summary>Two pictures of one thing with the captions of the first.</summary>
    public static string Figure(string kind, Exhibit left, Exhibit right) => $"""
        <figure>
        <div class="two">
        {Picture(left.Picture, left.Description, kind)}
        {Picture(right.Picture, right.Description, kind)}
        </div>
        <figcaption><b>{Text(left.Caption)}</b> <span>{Text(left.Detail)}</span></figcaption>
        </figure>
        """;

    /// <summary>A picture without captions.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="kind">ink, which turns light on a dark screen, or signed; a picture in colours stays as it is.</param>
    public static string Picture(Raster picture, string description, string kind) =>
        $"<img class=\"{(picture.IsColoured ? "exact" : kind)}\" alt=\"{Text(description)}\" width=\"{picture.Width}\" height=\"{picture.Height}\" src=\"data:image/png;base64,{Convert.ToBase64String(picture.ToPng())}\"/>";

    /// <summary>All pictures of a gallery.</summary>
    /// <param name="gallery">The pictures.</param>
    /// <param name="kind">ink, which turns light on a dark screen, or signed.</param>
    /// <param name="layout">The class of the element around them.</param>
    public static string Figures(Gallery gallery, string kind, string layout = "gallery") => $"""
        <div class="{layout}">
        {Join(gallery.Exhibits.Select(exhibit => Figure(exhibit, kind)))}
        </div>
        """;
}
