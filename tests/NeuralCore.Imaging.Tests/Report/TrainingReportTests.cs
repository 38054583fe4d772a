using System.Globalization;
using System.Text;
using System.Xml.Linq;
using NeuralCore.Imaging.Report;
using NeuralCore.Ops;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

public sealed class TrainingReportTests(TrainingReportTests.Made made) : IClassFixture<TrainingReportTests.Made>
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_page_needs_nothing_else()
    {
        foreach (XAttribute link in made.Page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "srcset" or "data" or "action"))
        {
            Assert.True(link.Value.StartsWith("data:", StringComparison.Ordinal) || link.Value.StartsWith('#'), $"{link.Name} leads to {link.Value[..Math.Min(60, link.Value.Length)]}");
        }

        Assert.DoesNotContain(made.Page.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe" or "object");
        string style = made.Page.Descendants(Html + "style").Single().Value;
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", style.Replace("url(data:", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_the_page_are_there_once_and_lead_somewhere()
    {
        string[] ids = [.. made.Page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct(), ids);
        IEnumerable<string> links = made.Page.Descendants(Html + "a").Select(a => a.Attribute("href")!.Value.TrimStart('#'));
        IEnumerable<string> clips = made.Page.Descendants().Attributes("clip-path").Select(a => a.Value["url(#".Length..^1]);
        Assert.All(links.Concat(clips), name => Assert.Contains(name, ids));
    }

    [Fact]
    public void Its_numbers_are_those_of_the_evaluation()
    {
        Evaluation evaluation = made.Tiny.Evaluation;
        Dictionary<string, string> facts = made.Page.Descendants(Html + "dt").ToDictionary(dt => dt.Value, dt => ((XElement)dt.NextNode!).Value);
        Assert.Equal(Percent(evaluation.Accuracy), facts["accuracy"]);
        Assert.Equal(evaluation.Loss.ToString("0.0000", CultureInfo.InvariantCulture), facts["loss"]);
        Assert.Equal(Percent(Calibration.Of(evaluation.Predictions, made.Tiny.Test).ExpectedError), facts["calibration error"]);
        Assert.Equal("3", facts["epochs"]);

        ConfusionMatrix confusion = evaluation.Confusion;
        XElement[] rows = Rows("matrix");
        XElement[] classes = Rows("classes");
        int right = 0;
        for (int label = 0; label < confusion.Classes; label++)
        {
            Assert.Equal(
                Enumerable.Range(0, confusion.Classes).Select(p => confusion[label, p] == 0 ? "·" : $"{confusion[label, p]}"),
                rows[label].Elements(Html + "td").Select(td => td.Value));
            Assert.Equal(
                [Percent(confusion.Precision(label)), Percent(confusion.Recall(label)), Percent(confusion.F1(label)), $"{confusion.Support(label)}"],
                classes[label].Elements(Html + "td").Take(4).Select(td => td.Value));
            right += confusion[label, label];
        }

        Assert.Equal($"{right}", $"{60 - int.Parse(facts["errors"], CultureInfo.InvariantCulture)}");
        Assert.Equal($"{right} of 60 test images recognised", made.Page.Descendants(Html + "h1").Single().Value);
        Assert.Contains(made.Tiny.Model.WeightsSha256(), made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_picture_decodes_and_shows_something()
    {
        byte[][] inlined = [.. made.Page.Descendants(Html + "img").Select(img => Convert.FromBase64String(img.Attribute("src")!.Value["data:image/png;base64,".Length..]))];
        byte[][] files = [.. made.Files.Where(file => file.Name.EndsWith(".png", StringComparison.Ordinal)).Select(file => file.Content)];
        Assert.NotEmpty(inlined);
        Assert.Equal(
            ["accuracy.png", "calibration.png", "confusion.png", "embedding.png", "feature-maps-conv2d.png", "feature-maps-max_pooling2d.png", "filters.png", "grad-cam.png", "learning-rate.png", "loss.png", "mistakes.png", "recognised.png", "report.html", "saliency.png"],
            made.Files.Select(file => file.Name).Order());
        foreach (byte[] png in inlined.Concat(files))
        {
            using SKBitmap picture = SKBitmap.Decode(png);
            Assert.NotNull(picture);
            Assert.True(picture.Pixels.Distinct().Count() > 1, "A picture has one colour only.");
        }

        Assert.All(made.Page.Descendants(Html + "img"), img => Assert.NotEmpty(img.Attribute("alt")!.Value));
        Assert.All(made.Page.Descendants(Svg + "svg"), svg => Assert.NotEmpty(svg.Attribute("aria-label")!.Value));
        Assert.Equal(5, made.Page.Descendants(Svg + "svg").Count());
    }

    [Fact]
    public void Charts_take_their_colours_from_the_page()
    {
        foreach (XAttribute color in made.Page.Descendants(Svg + "svg").Descendants().Attributes().Where(a => a.Name.LocalName is "fill" or "stroke"))
        {
            Assert.True(color.Value == "none" || color.Value.StartsWith("var(--", StringComparison.Ordinal), $"{color.Parent!.Name.LocalName} has the colour {color.Value} on every ground.");
        }

        Assert.All(made.Page.Descendants(Svg + "text"), text => Assert.Equal("Inter", text.Attribute("font-family")!.Value));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using var again = new TinySubject();
        IReadOnlyList<ReportFile> files = TrainingReport.Create(again.Subject);
        foreach ((ReportFile first, ReportFile second) in made.Files.Zip(files))
        {
            Assert.Equal(first.Name, second.Name);
            Assert.Equal(first.Content, second.Content);
        }
    }

    [Fact]
    public void The_page_says_how_the_model_was_trained()
    {
        Dictionary<string, string> record = made.Page.Descendants(Html + "dl").Single(dl => dl.Attribute("class")!.Value == "record")
            .Descendants(Html + "dt").ToDictionary(dt => dt.Value, dt => ((XElement)dt.NextNode!).Value);
        Assert.Equal("neuralcore train --seed 1 --out 'my model.keras'", record["Command"]);
        Assert.Equal("1", record["Seed"]);
        Assert.Equal("--epochs 3; --batch-size 20", record["Settings"]);
        Assert.Equal("9 March 2026, 08:05 UTC", record["Date"]);
        Assert.Equal("3 min 20 s", record["Duration"]);
        Assert.Equal("A processor <of> mine, 1 thread, 256-bit vectors", record["Machine"]);
        Assert.Equal("NeuralCore 1.2.3", record["Version"]);
    }

    /// <summary>Recognised images and errors have different shapes, and the numbers are those of the components.</summary>
    [Fact]
    public void The_embedding_has_a_point_for_each_image()
    {
        XElement chart = made.Page.Descendants(Svg + "svg").Single(svg => svg.Attribute("aria-label")!.Value.StartsWith("Scatter chart of 60 test images", StringComparison.Ordinal));
        int mistakes = 60 - made.Tiny.Evaluation.Confusion[0, 0] - made.Tiny.Evaluation.Confusion[1, 1] - made.Tiny.Evaluation.Confusion[2, 2];
        Assert.NotInRange(mistakes, 0, 0);
        Assert.Contains(mistakes == 1 ? "a cross is one of the 1 error" : $"a cross is one of the {mistakes} errors", made.Text, StringComparison.Ordinal);
        Assert.Equal(["0", "1", "2"], chart.Descendants(Svg + "text").Select(text => text.Value).Where(text => text.Length == 1).Order());

        float[] activations = made.Tiny.Model.Activations(made.Tiny.Test, made.Tiny.Model.Layers[3]);
        var components = PrincipalComponents.Of(activations, activations.Length / 60);
        Assert.Contains($"hold {Percent(components.Shares.Sum())} of the variance", made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Titles_in_pictures_need_no_font_of_the_machine()
    {
        Assert.Equal("Inter", ReportFont.SemiBold.FamilyName);
        foreach (char letter in "aZ0%·–×")
        {
            Assert.NotEqual(0, ReportFont.Regular.GetGlyph(letter));
        }
    }

    private XElement[] Rows(string table) =>
        [.. made.Page.Descendants(Html + "table").Single(t => t.Attribute("class")?.Value == table).Element(Html + "tbody")!.Elements(Html + "tr")];

    private static string Percent(double value) => (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    /// <summary>A report that is made once for these tests.</summary>
    public sealed class Made : IDisposable
    {
        public Made()
        {
            Files = TrainingReport.Create(Tiny.Subject);
            Text = Encoding.UTF8.GetString(Files[^1].Content);
            Page = XDocument.Parse(Text);
        }

        internal TinySubject Tiny { get; } = new();

        public IReadOnlyList<ReportFile> Files { get; }

        public string Text { get; }

        public XDocument Page { get; }

        public void Dispose() => Tiny.Dispose();
    }
}
