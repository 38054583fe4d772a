using System.Text;
using System.Xml.Linq;
using NeuralCore.Data;
using NeuralCore.Imaging.Report;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

public sealed class ComparisonReportTests
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void Two_models_are_compared_image_by_image()
    {
        using var tiny = new TinySubject();
        int[] labels = [.. Enumerable.Range(0, 60).Select(tiny.Test.Label)];

        // The first is wrong about images 0 to 3, the second about 2 to 12.
        ReportSubject first = Answering(tiny, "one.keras", [.. labels.Select((label, i) => i < 4 ? (label + 1) % 3 : label)]);
        ReportSubject second = Answering(tiny, "two.keras", [.. labels.Select((label, i) => i is >= 2 and < 13 ? (label + 1) % 3 : label)]);
        (XDocument page, string[] names) = Make([first, second]);
        Assert.Equal("2 models compared", page.Descendants(Html + "h1").Single().Value);
        Assert.Equal([["47", "9"], ["2", "2"]], Rows(page, 1));
        double p = 100 * McNemar.PValue(9, 2);
        Assert.InRange(p, 6, 7);
        string verdict = page.Descendants(Html + "header").Single().Elements(Html + "p").Last().Value;
        Assert.Equal(
            "one.keras recognises 7 images more than two.keras, which is within chance: between two equally good models a difference at least this large has a probability of 6.5% (McNemar's exact test).",
            verdict);
        Assert.Equal(["93.33%", "4"], Rows(page, 0)[0].Take(2));
        Assert.Equal(["81.67%", "11"], Rows(page, 0)[1].Take(2));
        Assert.Equal(["comparison-accuracy.png", "comparison-loss.png", "comparison.html", "only-first.png", "only-second.png"], names.Order());
        Assert.Equal(9 + 2, page.Descendants(Html + "img").Count());
    }

    [Fact]
    public void A_clear_difference_is_more_than_chance()
    {
        using var tiny = new TinySubject();
        int[] labels = [.. Enumerable.Range(0, 60).Select(tiny.Test.Label)];
        ReportSubject good = Answering(tiny, "good", labels), bad = Answering(tiny, "bad", [.. labels.Select((label, i) => i < 30 ? (label + 1) % 3 : label)]);
        (XDocument page, string[] names) = Make([bad, good]);
        Assert.Contains("good recognises 30 images more than bad, which is more than chance explains", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("less than 0.01%", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("16 of 30", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("only-second.png", names);
    }

    [Fact]
    public void Several_models_are_held_against_the_best()
    {
        using var tiny = new TinySubject();
        int[] labels = [.. Enumerable.Range(0, 60).Select(tiny.Test.Label)];
        ReportSubject[] models = [.. Enumerable.Range(0, 3).Select(k => Answering(tiny, $"{k}", [.. labels.Select((label, i) => i < 5 * k ? (label + 1) % 3 : label)]))];
        (XDocument page, _) = Make([models[1], models[0] with { Curves = null }, models[2]]);
        Assert.Equal(["Numbers", "Training", "0 and 1", "0 and 2"], page.Descendants(Html + "h2").Select(h => h.Value));
        Assert.Contains("1 model has no training history", page.ToString(), StringComparison.Ordinal);
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void The_same_answers_are_said_to_be_the_same()
    {
        using var tiny = new TinySubject();
        (XDocument page, _) = Make([tiny.Subject with { Curves = null }, tiny.Subject with { Name = "again", Curves = null }]);
        Assert.Contains("tiny.safetensors and again recognise the same number of images.", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("no curves to show", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_model_or_other_images_are_refused()
    {
        using TinySubject tiny = new(), other = new();
        Assert.Throws<ArgumentException>(() => ComparisonReport.Create([tiny.Subject]));
        Assert.Throws<ArgumentException>(() => ComparisonReport.Create([tiny.Subject, other.Subject]));
    }

    private static ReportSubject Answering(TinySubject tiny, string name, int[] answers)
    {
        var values = new float[answers.Length * 3];
        var confusion = new ConfusionMatrix(3);
        for (int i = 0; i < answers.Length; i++)
        {
            values[(i * 3) + answers[i]] = 0.8f;
            values[(i * 3) + ((answers[i] + 1) % 3)] = 0.2f;
            confusion.Add(tiny.Test.Label(i), answers[i]);
        }

        int right = answers.Where((answer, i) => answer == tiny.Test.Label(i)).Count();
        var predictions = new Predictions(answers.Length, 3, values);
        return tiny.Subject with { Name = name, Evaluation = new Evaluation(0.2, right / 60.0, predictions, confusion, double.NaN) };
    }

    private static string[][] Rows(XDocument page, int table) =>
        [.. page.Descendants(Html + "table").ElementAt(table).Element(Html + "tbody")!.Elements(Html + "tr").Select(row => row.Elements(Html + "td").Select(td => td.Value).ToArray())];

    private static (XDocument Page, string[] Names) Make(IReadOnlyList<ReportSubject> models)
    {
        IReadOnlyList<ReportFile> files = ComparisonReport.Create(models);
        foreach (ReportFile file in files.SkipLast(1))
        {
            using SKBitmap picture = SKBitmap.Decode(file.Content);
            Assert.NotNull(picture);
        }

        return (XDocument.Parse(Encoding.UTF8.GetString(files[^1].Content)), [.. files.Select(file => file.Name)]);
    }
}
