using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Tests;
using NeuralCore.Vision.Pixels;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>predict --multi. The model has learnt nothing: what it reads does not matter here, that and where it reads does.</summary>
public sealed class SheetTests(PhotoTests.Untrained untrained) : IClassFixture<PhotoTests.Untrained>
{
    private const int Width = 160;
    private const int Height = 120;

    [Fact]
    public void A_sheet_gives_its_lines_and_a_box_for_each_digit()
    {
        using var folder = new TemporaryFolder();
        string sheet = Sheet(folder, (20, 10), (60, 10), (20, 70));
        ProgramRun run = Read(sheet, "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["lines", "done"], run.Events.Select(e => e.Name()));
        Assert.Equal(["event", "file", "lines", "digits"], run.Events[0].Fields());
        Assert.Equal(sheet, run.Events[0].Text("file"));
        Assert.Equal([2, 1], run.Events[0].GetProperty("lines").EnumerateArray().Select(line => line.GetString()!.Length));
        Assert.Equal(
            [(20, 10, 0), (60, 10, 0), (20, 70, 1)],
            run.Events[0].GetProperty("digits").EnumerateArray().Select(d => (Near(d.Number("x")), Near(d.Number("y")), (int)d.Number("line"))));
        Assert.All(run.Events[0].GetProperty("digits").EnumerateArray(), d =>
        {
            Assert.Equal(["digit", "probability", "x", "y", "width", "height", "line"], d.Fields());
            Assert.InRange(d.Number("probability"), 0.1, 1);
        });

        // The bars stand on tens; the soft edge of one is at most two pixels wide.
        static int Near(double number) => (int)Math.Round(number / 10) * 10;
    }

    [Fact]
    public void The_lines_are_shown_and_doubts_named()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = Read(Sheet(folder, (20, 10), (60, 10), (20, 70)));
        Assert.Contains("shows 3 digits in 2 lines", run.Output);
        Assert.Contains("2nd is ", run.Output);
    }

    [Fact]
    public void Explain_saves_the_sheet_with_its_boxes()
    {
        using var folder = new TemporaryFolder();
        string explained = folder.File("explained");
        Assert.Equal(0, Read(Sheet(folder, (20, 10), (60, 10)), "--explain", explained).ExitCode);
        Assert.True(File.Exists(Path.Combine(explained, "sheet-08-boxes.png")));
        Assert.True(File.Exists(Path.Combine(explained, "sheet-07-parts.png")));
        Assert.Contains("2 digits in 1 line", File.ReadAllText(Path.Combine(explained, "explain.html")));
    }

    [Fact]
    public void A_blank_sheet_says_that_no_ink_was_found()
    {
        using var folder = new TemporaryFolder();
        string blank = Sheet(folder);
        Read(blank).AssertFailed(ExitCode.InvalidData, $"No ink found in '{blank}'");
    }

    [Fact]
    public void A_model_of_letters_reads_words()
    {
        using var folder = new TemporaryFolder();
        using Sequential letters = Zoo.Tiny(classes: 2);
        letters.Compile(seed: 1);
        string model = folder.File("letters.safetensors");
        ModelFile.Save(letters, model, new Dictionary<string, string> { [ClassNamesText.Key] = ClassNamesText.Write(["l", "I"]) });
        ProgramRun run = ProgramRun.Of("predict", "--multi", "--model", model, Sheet(folder, (20, 10), (40, 10), (60, 10), (120, 10)), "--json", "-");
        Assert.Equal(0, run.ExitCode);
        JsonElement lines = run.Events.Single(e => e.Name() == "lines");
        Assert.Matches("^([lI])\\1\\1 \\1$", lines.GetProperty("lines")[0].GetString());
        Assert.Contains(lines.GetProperty("digits")[3].GetProperty("class").GetString(), (string[])["l", "I"]);
        Assert.Matches("shows 4 signs in 1 line", run.Error);
    }

    [Fact]
    public void A_test_image_is_no_sheet() => Read("--index", "3").AssertFailed(ExitCode.Usage, "--multi");

    private ProgramRun Read(params string[] args) => ProgramRun.Of(["predict", "--multi", "--model", untrained.Model, .. args]);

    /// <summary>Black upright bars on white, 6 wide and 40 high.</summary>
    private static string Sheet(TemporaryFolder folder, params (int X, int Y)[] bars)
    {
        byte[] pixels = [.. Enumerable.Range(0, Width * Height).SelectMany(i => Enumerable.Repeat(IsInk(i % Width, i / Width) ? (byte)0 : (byte)255, 3))];
        return folder.Write("sheet.png", PngPicture.Encode(new ColourImage(Width, Height, pixels)));

        bool IsInk(int x, int y) => bars.Any(bar => x >= bar.X && x < bar.X + 6 && y >= bar.Y && y < bar.Y + 40);
    }
}
