using System.Text.RegularExpressions;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Course.Tests;

/// <summary>The course and the API reference as one HTML file.</summary>
public sealed partial class BookTests
{
    [Fact]
    public void The_book_holds_all_pages_and_public_types_and_needs_no_network()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("course.html");
        Finished run = CourseFiles.Run("book.cs", path);
        Assert.True(run.ExitCode == 0, run.Output);
        string html = File.ReadAllText(path);
        string[] ids = [.. Id().Matches(html).Select(id => id.Groups[1].Value)];
        Assert.All(CourseFiles.Chapters, chapter => Assert.Contains(chapter, ids));
        Assert.All(InnerLink().Matches(html), link => Assert.Contains(link.Groups[1].Value, ids));
        Assert.Equal(CourseFiles.Chapters.Count, html.Split("<figure><svg").Length - 1);
        Assert.DoesNotMatch("<(script|link|img|iframe|object)|url\\(|@import", html);
        Assert.All(typeof(Model).Assembly.GetExportedTypes().Where(type => !type.IsNested && !type.IsGenericType), type => Assert.Contains($"<h3><code>{type.Name}</code></h3>", html));
        Assert.Contains("Describes a network.", html);
    }

    [GeneratedRegex("id=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex InnerLink();
}
