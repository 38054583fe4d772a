using System.Globalization;
using System.Text;
using NeuralCore.Imaging.Report;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using SkiaSharp;

namespace NeuralCore.Imaging.Explaining;

/// <summary>A page about photos that were read: the answer to each, what it depends on, and each stage between the photo and the network. It needs no other file.</summary>
public sealed class ExplainPage
{
    /// <summary>The name of the page's file.</summary>
    public const string Name = "explain.html";

    /// <summary>Larger pictures are made smaller for the page: whole photos would make it hundreds of megabytes.</summary>
    private const int LongestSide = 640;

    /// <summary>Pictures up to this size stay exact to the pixel.</summary>
    private const int ExactSide = 128;

    private const int JpegQuality = 85;
    private const int LikeliestDigits = 3, LikeliestNames = 5;

    private readonly List<string> _sections = [];

    /// <summary>The number of photos on the page.</summary>
    public int Count => _sections.Count;

    /// <summary>Adds a photo below those that are there.</summary>
    public void Add(ExplainedPhoto photo) => _sections.Add($"""
        <section>
        <p class="eyebrow">{Html.Text(photo.Name)}</p>
        <h2 class="answer">{Html.Text(photo.Answer)}</h2>
        {(photo.Seen is { } seen ? OfSeen(seen) : "")}
        {(photo.Lines.Count > 0 ? $"<div class=\"scroll\" tabindex=\"0\"><pre>{Html.Join(photo.Lines.Select(Html.Text))}</pre></div>" : "")}
        {(photo.Lines.Count > 0 && photo.Stages.Count > 0 ? $"<div class=\"whole\">{Stage(photo.Stages[^1], photo.Stages.Count)}</div>" : "")}
        {Html.Join(photo.Remarks.Select(remark => $"<p class=\"note\">{Html.Text(remark)}</p>"))}
        <h3>From the photo to the network</h3>
        <div class="gallery stages">
        {Html.Join(photo.Stages.SkipLast(photo.Lines.Count > 0 ? 1 : 0).Select((stage, i) => Stage(stage, i + 1)))}
        </div>
        </section>
        """);

    /// <summary>The page as the bytes of its file.</summary>
    public byte[] ToBytes()
    {
        string title = Words.Count(_sections.Count, "photo", "photos") + " explained";
        return Encoding.UTF8.GetBytes(ReportPage.Frame(title, $"<header><h1>{title}</h1></header>\n{Html.Join(_sections)}"));
    }

    private static string OfSeen(SeenPicture seen)
    {
        int[] order = [.. Enumerable.Range(0, seen.Probabilities.Length).OrderByDescending(c => seen.Probabilities[c]).Take(seen.ClassNames is null ? LikeliestDigits : LikeliestNames)];
        IEnumerable<string> rows = order.Select((c, i) =>
            $"<tr><th scope=\"row\">{Html.Text(seen.NameOf(c))}</th><td>{Words.Percent(seen.Probabilities[c])}</td>"
            + $"<td class=\"bar\"><span class=\"{(i == 0 ? "first" : "second")}\" style=\"--share:{Share(seen.Probabilities[c])}\"></span></td></tr>");
        return $"""
            <div class="reading{(seen.Regions is null ? "" : " three")}">
            <figure>
            {Html.Picture(Paint.Image(seen.Pixels, seen.Width, seen.Channels), $"The picture that the network saw, {seen.Width} pixels wide", "ink")}
            <figcaption>What the network saw.</figcaption>
            </figure>
            {Saliency(seen, seen.NameOf(order[0]))}
            {Regions(seen, seen.NameOf(order[0]))}
            <table class="likeliest">
            <caption>The {order.Length} likeliest {(seen.ClassNames is null ? "digits" : "classes")}.</caption>
            <tbody>
            {Html.Join(rows)}
            </tbody></table>
            </div>
            """;
    }

    private static string Saliency(SeenPicture seen, string answer) => seen.Gradient is null ? "" : $"""
        <figure>
        {Html.Picture(Paint.Saliency(Paint.Brightness(seen.Pixels, seen.Channels), Paint.Strongest(seen.Gradient, seen.Channels), seen.Width), $"The same picture with the pixels marked that change the score of {answer}", "signed")}
        <figcaption>{(seen.Channels == 1 ? "More ink on orange" : "More light or colour on orange")} raises the score of {Html.Text(answer)}, {(seen.Channels == 1 ? "more ink on blue" : "more on blue")} lowers it.</figcaption>
        </figure>
        """;

    private static string Regions(SeenPicture seen, string answer) => seen.Regions is not { } regions ? "" : $"""
        <figure>
        {Html.Picture(Paint.Regions(Paint.Brightness(seen.Pixels, seen.Channels), seen.Width, regions.Values, regions.Columns), $"The same picture with the regions marked that raise the score of {answer}", "signed")}
        <figcaption>The stronger the orange, the more that region adds to the score of {Html.Text(answer)} (Grad-CAM).</figcaption>
        </figure>
        """;

    private static string Share(float probability) => float.IsFinite(probability) ? probability.ToString("0.####", CultureInfo.InvariantCulture) : "0";

    private static string Stage(StagePicture stage, int number)
    {
        (string type, byte[] bytes, bool isExact) = Embedded(stage.Picture);
        return $"""
            <figure>
            <img class="{(isExact ? "exact" : "photo")}" alt="{Html.Text(stage.Caption)}" width="{stage.Picture.Width}" height="{stage.Picture.Height}" src="data:image/{type};base64,{Convert.ToBase64String(bytes)}"/>
            <figcaption><b>{number}</b> {Html.Text(stage.Caption)}</figcaption>
            </figure>
            """;
    }

    /// <summary>A picture for the page: a small one as it is, a large one smaller and with JPEG's losses.</summary>
    private static (string Type, byte[] Bytes, bool IsExact) Embedded(ColourImage picture)
    {
        int longest = Math.Max(picture.Width, picture.Height);
        if (longest <= ExactSide)
        {
            return ("png", PngPicture.Encode(picture), true);
        }

        float scale = Math.Min(1, (float)LongestSide / longest);
        using SKBitmap whole = PngPicture.ToBitmap(picture);
        var size = new SKImageInfo(Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap smaller = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData data = smaller.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return ("jpeg", data.ToArray(), false);
    }
}
