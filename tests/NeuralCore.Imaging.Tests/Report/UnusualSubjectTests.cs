using System.Text;
using System.Xml.Linq;
using NeuralCore.Data;
using NeuralCore.Imaging.Report;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

/// <summary>Models that are not like the one that reports were made for.</summary>
public sealed class UnusualSubjectTests
{
    [Fact]
    public void A_dense_network_has_filters_as_large_as_the_image()
    {
        using var tiny = new TinySubject([new Flatten(), new Dense(6, Activation.Relu)]);
        (string text, string[] names) = Make(tiny.Subject);
        Assert.Contains("6 filters of 8 × 8", text, StringComparison.Ordinal);
        Assert.DoesNotContain(names, name => name.StartsWith("feature-maps", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_are_no_pictures_are_not_shown()
    {
        using var tiny = new TinySubject([new MaxPooling2D(2), new Flatten(), new Dense(6, Activation.Relu)]);
        Assert.DoesNotContain("filters.png", Make(tiny.Subject).Names);
    }

    [Fact]
    public void Many_classes_get_a_list_of_mistakes()
    {
        using var tiny = new TinySubject(classes: 40);
        (string text, string[] names) = Make(tiny.Subject);
        Assert.DoesNotContain("confusion.png", names);
        Assert.DoesNotContain("class=\"matrix\"", text, StringComparison.Ordinal);
        Assert.Contains("The most frequent mistakes", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_ran_away_gets_a_report_too()
    {
        // A training stops there by itself; files of other programs can hold such curves.
        using var tiny = new TinySubject();
        double[] numbers = [double.NaN, double.PositiveInfinity, double.NaN];
        Assert.Contains("–", Make(tiny.Subject with { Curves = new LearningCurves(numbers, [0.3, 0.3, 0.3], numbers, [0.3, 0.3, 0.3]) }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_curves_the_page_says_so()
    {
        using var tiny = new TinySubject();
        (string text, string[] names) = Make(tiny.Subject with { Curves = null });
        Assert.Contains("no curves to show", text, StringComparison.Ordinal);
        Assert.DoesNotContain("loss.png", names);
    }

    [Fact]
    public void A_name_is_text_and_nothing_else()
    {
        using var tiny = new TinySubject();
        Assert.Contains("&lt;img src=&quot;x&quot;&gt;&amp;?", Make(tiny.Subject with { Name = "<img src=\"x\">&\u0001" }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_test_image_is_enough()
    {
        using var tiny = new TinySubject(testImages: 1);
        Assert.Contains("of 1 test image recognised", Make(tiny.Subject).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        using var tiny = new TinySubject();
        var other = new LabelledImages(new byte[9], new byte[1], 3, 3, 3);
        Assert.Throws<ArgumentException>(() => TrainingReport.Create(tiny.Subject with { Test = other }));
    }

    private static (string Text, string[] Names) Make(ReportSubject subject)
    {
        IReadOnlyList<ReportFile> files = TrainingReport.Create(subject);
        string text = Encoding.UTF8.GetString(files[^1].Content);
        XDocument.Parse(text);
        return (text, [.. files.Select(file => file.Name)]);
    }
}
