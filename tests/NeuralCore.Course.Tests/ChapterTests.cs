using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;
using Xunit.Abstractions;

namespace NeuralCore.Course.Tests;

/// <summary>Every chapter runs as its page says, holds its checks, and prints and draws what its page shows.</summary>
public sealed partial class ChapterTests(ITestOutputHelper log)
{
    public static TheoryData<string> Chapters => [.. CourseFiles.Chapters];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Runs_in_a_minute_and_its_checks_hold(string chapter)
    {
        Finished run = CourseFiles.Run(chapter + ".cs");
        log.WriteLine($"{run.Time.TotalSeconds:F1} s{Environment.NewLine}{run.Output}");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.DoesNotContain("[FAILED]", run.Output);
        Assert.Contains("[ok]", run.Output);
        Assert.InRange(run.Time.TotalSeconds, 0, 60);
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_page_shows_what_it_prints(string chapter)
    {
        string page = CourseFiles.Read(chapter + ".md"), output = CourseFiles.Run(chapter + ".cs").Output;
        Match block = OutputBlock().Match(page);
        Assert.True(block.Success, $"{chapter}.md has no block ```text for the program's output.");
        if (CourseFiles.Updates)
        {
            Group text = block.Groups["text"];
            File.WriteAllText(CourseFiles.Path(chapter + ".md"), page[..text.Index] + output.Trim('\n') + "\n" + page[(text.Index + text.Length)..]);
            return;
        }

        string? difference = SimilarText.Difference(block.Groups["text"].Value, output, Tolerance(block));
        Assert.True(difference is null, $"{chapter}.md: {difference}");
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void Its_figure_is_the_one_that_it_draws(string chapter)
    {
        string drawn = CourseFiles.Run(chapter + ".cs").Figures[chapter], committed = CourseFiles.Read($"figures/{chapter}.svg");
        Assert.Contains($"(figures/{chapter}.svg)", CourseFiles.Read(chapter + ".md"));
        string title = XDocument.Parse(drawn).Root!.Elements().First(element => element.Name.LocalName == "title").Value;
        Assert.Equal(XDocument.Parse(committed).Root!.Elements().First(element => element.Name.LocalName == "title").Value, title);
        if (!title.Contains("measured", StringComparison.Ordinal))
        {
            string? difference = SimilarText.Difference(committed, drawn, Tolerance(OutputBlock().Match(CourseFiles.Read(chapter + ".md"))), absolute: 2);
            Assert.True(difference is null, $"figures/{chapter}.svg: {difference}");
        }
    }

    /// <summary>The comment before the block says how far numbers may differ; a thousandth if there is none.</summary>
    private static double Tolerance(Match block) =>
        block.Groups["percent"].Success ? double.Parse(block.Groups["percent"].Value, CultureInfo.InvariantCulture) / 100 : 1e-3;

    [GeneratedRegex(@"(?:<!-- numbers within (?<percent>[\d.]+) % -->\n)?```text\n(?<text>[\s\S]*?)```")]
    private static partial Regex OutputBlock();
}
