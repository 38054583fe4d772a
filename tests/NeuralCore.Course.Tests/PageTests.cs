using System.Text.RegularExpressions;
using Xunit;

namespace NeuralCore.Course.Tests;

/// <summary>What the pages quote and name is there.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Chapters => [.. CourseFiles.Chapters];

    public static TheoryData<string> Pages => [.. Directory.GetFiles(CourseFiles.Folder, "*.md").Select(file => Path.GetFileName(file)).Order()];

    /// <summary>Code on a page is the program's, line by line, or that of a file to which the page links.</summary>
    [Theory]
    [MemberData(nameof(Chapters))]
    public void Code_on_a_page_is_the_programs(string chapter)
    {
        string page = CourseFiles.Read(chapter + ".md");
        string[] sources = [chapter + ".cs", .. Link().Matches(page).Select(link => link.Groups["path"].Value).Where(path => path.EndsWith(".cs", StringComparison.Ordinal))];
        string[] codes = [.. sources.Select(source => Unindented(CourseFiles.Read(source)))];
        MatchCollection excerpts = Excerpt().Matches(page);
        Assert.NotEmpty(excerpts);
        Assert.All(excerpts, excerpt =>
        {
            string code = Unindented(excerpt.Groups["code"].Value);
            Assert.True(codes.Any(text => text.Contains(code, StringComparison.Ordinal)), $"{chapter}.md quotes code that is not in {chapter}.cs:\n{code}");
        });
    }

    /// <summary>A number in bold is one that the program printed.</summary>
    [Theory]
    [MemberData(nameof(Chapters))]
    public void Numbers_in_bold_are_printed_by_the_program(string chapter)
    {
        string page = CourseFiles.Read(chapter + ".md");
        int output = page.IndexOf("```text", StringComparison.Ordinal);
        string printed = page[output..page.IndexOf("```", output + 7, StringComparison.Ordinal)];
        Assert.All(BoldNumber().Matches(page), number =>
            Assert.True(Regex.IsMatch(printed, $@"(?<![\d.]){Regex.Escape(number.Groups[1].Value)}(?![\d]|\.\d)"), $"{chapter}.md says {number.Value}, which the program does not print."));
    }

    [Theory]
    [MemberData(nameof(Chapters))]
    public void A_page_names_the_command_that_runs_it(string chapter) =>
        Assert.Contains($"```sh\ndotnet run -c Release --file src/course/{chapter}.cs\n```", CourseFiles.Read(chapter + ".md"));

    /// <summary>Files, lines and headings.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Everything_that_a_page_links_to_is_there(string page)
    {
        string text = CourseFiles.Read(page);
        Assert.All(Link().Matches(text), link =>
        {
            string path = link.Groups["path"].Value, part = link.Groups["part"].Value;
            if (path.StartsWith("http", StringComparison.Ordinal))
            {
                return;
            }

            string target = path.Length == 0 ? page : path;
            Assert.True(File.Exists(CourseFiles.Path(target)) || Directory.Exists(CourseFiles.Path(target)), $"{page} links to {target}, which does not exist.");
            if (part.Length > 0)
            {
                string[] lines = File.ReadAllLines(CourseFiles.Path(target));
                bool there = LineNumber().Match(part) is { Success: true } line
                    ? int.Parse(line.Groups[1].Value) <= lines.Length
                    : lines.Any(heading => heading.StartsWith('#') && Slug(heading) == part);
                Assert.True(there, $"{page} links to {target}#{part}, which is not there.");
            }
        });
        Assert.All(Command().Matches(text), command =>
            Assert.True(File.Exists(Repository.Locate(command.Groups[1].Value)), $"{page} names {command.Groups[1].Value}, which does not exist."));
    }

    [Fact]
    public void The_first_page_lists_all_chapters()
    {
        string readme = CourseFiles.Read("README.md");
        Assert.All(CourseFiles.Chapters, chapter => Assert.Contains($"]({chapter}.md)", readme));
    }

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim())).Trim();

    private static string Slug(string heading) => NoWord().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"```csharp\n(?<code>[\s\S]*?)```")]
    private static partial Regex Excerpt();

    [GeneratedRegex(@"\*\*(-?[\d.,]*\d)\*\*")]
    private static partial Regex BoldNumber();

    [GeneratedRegex(@"\]\((?<path>[^)#]*)(#(?<part>[^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"--file (src/course/\S+\.cs)")]
    private static partial Regex Command();

    [GeneratedRegex(@"^L(\d+)$")]
    private static partial Regex LineNumber();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoWord();
}
