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
    private const int Likeliest = 3;

    private readonly List<string> _sections = [];

    /// <summary>The number of photos on the page.</summary>
    public int Count => _sections.Count;

    /// <summary>Adds a photo below those that are there.</summary>
    public void Add(ExplainedPhoto photo) => _sections.Add($"""
        <section>
        <p class="eyebrow">{Html.Text(photo.Name)}</p>
        <h2 class="answer">{Html.Text(photo.Answer)}</h2>
        {(photo.Digit is { } digit ? OfDigit(digit) : "")}
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

    private static string OfDigit(ExplainedDigit digit)
    {
        int[] order = [.. Enumerable.Range(0, digit.Probabilities.Length).OrderByDescending(c => digit.Probabilities[c]).Take(Likeliest)];
        IEnumerable<string> rows = order.Select((c, i) =>
            $"<tr><th scope=\"row\">{c}</th><td>{Words.Percent(digit.Probabilities[c])}</td>"
            + $"<td class=\"bar\"><span class=\"{(i == 0 ? "first" : "second")}\" style=\"--share:{Share(digit.Probabilities[c])}\"></span></td></tr>");
        string saliency = digit.Gradient is null ? "" : $"""
            <figure>
            {Html.Picture(Paint.Saliency(digit.Pixels, digit.Gradient, digit.Width), $"The same picture with the pixels marked that change the score of {order[0]}", "signed")}
            <figcaption>More ink on orange raises the score of {order[0]}, more ink on blue lowers it.</figcaption>
            </figure>
            """;
        return $"""
            <div class="reading">
            <figure>
            {Html.Picture(Paint.Ink(digit.Pixels, digit.Width), $"The picture that the network saw, {digit.Width} pixels wide", "ink")}
            <figcaption>What the network saw.</figcaption>
            </figure>
            {saliency}
            <table class="likeliest">
            <caption>The {Likeliest} likeliest digits.</caption>
            <tbody>
            {Html.Join(rows)}
            </tbody></table>
            </div>
            """;
    }

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
