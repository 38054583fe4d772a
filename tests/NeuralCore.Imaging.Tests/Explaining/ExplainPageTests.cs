using System.Text;
using System.Xml.Linq;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Explaining;

public sealed class ExplainPageTests
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void A_photo_has_its_answer_its_likeliest_digits_and_its_stages()
    {
        byte[] pixels = [.. Enumerable.Range(0, 784).Select(i => (byte)i)];
        float[] probabilities = [0, 0.1f, 0, 0.02f, 0, 0, 0, 0, 0.8f, 0.08f];
        XDocument page = Page(new ExplainedPhoto("a <photo>.jpg", "an 8, 80.0% probable", [Stage("photo", 1200, 700), Stage("ink", 28, 28)])
        {
            Seen = new SeenPicture(pixels, 28, probabilities, [.. pixels.Select(x => x - 100f)]),
            Remarks = ["'a <photo>.jpg' seems to be turned."],
        });
        Assert.Equal("a <photo>.jpg", page.Descendants(Html + "p").First().Value);
        Assert.Equal("an 8, 80.0% probable", page.Descendants(Html + "h2").Single().Value);
        Assert.Equal(["8", "1", "9"], page.Descendants(Html + "tr").Select(row => row.Element(Html + "th")!.Value));
        Assert.Equal(["80.00%", "10.00%", "8.00%"], page.Descendants(Html + "tr").Select(row => row.Element(Html + "td")!.Value));
        Assert.Contains(page.Descendants(Html + "p"), p => p.Value.Contains("seems to be turned", StringComparison.Ordinal));

        // What the network saw, what the answer depends on, two stages; the photo is made smaller, the small picture stays exact.
        SKBitmap[] pictures = [.. page.Descendants(Html + "img").Select(img => SKBitmap.Decode(Convert.FromBase64String(img.Attribute("src")!.Value.Split(',')[1])))];
        Assert.Equal([(28, 28), (28, 28), (640, 373), (28, 28)], pictures.Select(picture => (picture.Width, picture.Height)));
        Assert.Equal(new SKColor(3, 2, 7), pictures[3].GetPixel(3, 2));
        Array.ForEach(pictures, picture => picture.Dispose());
    }

    [Fact]
    public void A_sheet_has_its_lines()
    {
        XDocument page = Page(new ExplainedPhoto("sheet.png", "5 digits in 2 lines", [Stage("photo", 30, 20)]) { Lines = ["123", "45"] });
        Assert.Equal("123\n45", page.Descendants(Html + "pre").Single().Value);
        Assert.Single(page.Descendants(Html + "img"));
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        XDocument page = Page(new ExplainedPhoto("one.png", "a 1", [Stage("photo", 300, 200)]), new ExplainedPhoto("two.png", "no ink found", [Stage("photo", 300, 200)]));
        Assert.Equal("2 photos explained", page.Descendants(Html + "h1").Single().Value);
        Assert.All(page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href"), link => Assert.StartsWith("data:", link.Value, StringComparison.Ordinal));
        Assert.All(page.Descendants(Html + "img"), img => Assert.NotEmpty(img.Attribute("alt")!.Value));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe");
    }

    private static StagePicture Stage(string name, int width, int height)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).SelectMany(i => (byte[])[(byte)(i % width), (byte)(i / width), 7])];
        return new StagePicture(name, $"stage of {width} pixels", new ColourImage(width, height, pixels));
    }

    private static XDocument Page(params ExplainedPhoto[] photos)
    {
        var page = new ExplainPage();
        Array.ForEach(photos, page.Add);
        Assert.Equal(photos.Length, page.Count);
        return XDocument.Parse(Encoding.UTF8.GetString(page.ToBytes()));
    }
}
