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
        Assert.Contains("Most frequent errors", text, StringComparison.Ordinal);
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
    public void Without_a_record_the_page_says_so_briefly()
    {
        using var tiny = new TinySubject();
        (string text, _) = Make(tiny.Subject with { Origin = new Provenance() });
        Assert.Contains("does not say with which command", text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"record\"", text, StringComparison.Ordinal);
        Assert.Equal(text, Make(tiny.Subject with { Origin = null }).Text);
    }

    [Fact]
    public void A_learning_rate_that_stays_needs_no_chart()
    {
        using var tiny = new TinySubject();
        (string text, string[] names) = Make(tiny.Subject with { Curves = tiny.Curves with { LearningRate = [0.003, 0.003, 0.003] } });
        Assert.Contains("The learning rate was 0.003 throughout.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("learning-rate.png", names);
        Assert.DoesNotContain("learning-rate.png", Make(tiny.Subject with { Curves = tiny.Curves with { LearningRate = null } }).Names);
    }

    [Fact]
    public void Classes_with_names_are_called_by_them()
    {
        using var tiny = new TinySubject();
        string text = Make(tiny.Subject with { Origin = new Provenance { ClassNames = ["lying", "standing", "<slanting>"] } }).Text;
        Assert.Contains("2 &lt;slanting&gt;</th>", text, StringComparison.Ordinal);
        Assert.Contains("<b>lying</b>", text, StringComparison.Ordinal);
        Assert.Contains("predicted as", text, StringComparison.Ordinal);
        Assert.Contains("<b>0</b>", Make(tiny.Subject with { Origin = new Provenance { ClassNames = ["too", "few"] } }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Softmax_regression_has_no_hidden_layer_and_no_regions()
    {
        using var tiny = new TinySubject([new Flatten()]);
        string[] names = Make(tiny.Subject).Names;
        Assert.DoesNotContain("grad-cam.png", names);
        Assert.Contains("saliency.png", names);
    }

    [Theory]
    [InlineData("Most frequent error: 1 predicted as 0, 3 times in 5 images.", 0, 0, 0, 3, 2, 0, 1, 0, 4)]
    [InlineData("Most frequent errors: 0 predicted as 2 and 1 predicted as 0, 3 times each.", 1, 0, 3, 3, 2, 0, 1, 0, 4)]
    [InlineData("Most frequent errors: 0 predicted as 1, 0 predicted as 2 and 2 predicted as 0, twice each.", 1, 2, 2, 1, 2, 0, 2, 0, 4)]
    [InlineData("Most frequent errors: 6 pairs of classes, once each.", 4, 1, 1, 1, 4, 1, 1, 1, 4)]
    [InlineData("There are no errors.", 4, 0, 0, 0, 4, 0, 0, 0, 4)]
    public void Errors_of_the_same_frequency_are_said_to_be_that(string sentence, params int[] counts)
    {
        using var tiny = new TinySubject();
        var confusion = new ConfusionMatrix(3);
        for (int i = 0; i < counts.Length; i++)
        {
            for (int k = 0; k < counts[i]; k++)
            {
                confusion.Add(i / 3, i % 3);
            }
        }

        Assert.Contains(sentence, Make(tiny.Subject with { Evaluation = tiny.Evaluation with { Confusion = confusion } }).Text, StringComparison.Ordinal);
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
