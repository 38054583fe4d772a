using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Tests;
using NeuralCore.Vision.Pixels;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>predict with photos. The model has learnt nothing: what it says does not matter here, that it says so does.</summary>
public sealed class PhotoTests(PhotoTests.Untrained untrained) : IClassFixture<PhotoTests.Untrained>
{
    [Fact]
    public void Every_photo_gets_a_prediction()
    {
        using var folder = new TemporaryFolder();
        string[] photos = [Photo(folder, "one.png", 10), Photo(folder, "two.png", 24)];
        ProgramRun run = Predict([.. photos, "--json", "-"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["prediction", "prediction", "done"], run.Events.Select(e => e.Name()));
        Assert.Equal(photos, run.Events[..2].Select(e => e.Text("file")));
        Assert.Equal(["event", "file", "digit", "probability", "probabilities"], run.Events[0].Fields());
        float[] probabilities = [.. run.Events[0].GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle())];
        Assert.Equal(1, probabilities.Sum(), 1e-5f);
        Assert.Equal(Array.IndexOf(probabilities, probabilities.Max()), run.Events[0].Number("digit"));
    }

    [Fact]
    public void Bad_files_are_reported_one_by_one_and_the_others_predicted()
    {
        using var folder = new TemporaryFolder();
        string good = Photo(folder, "good.png", 10);
        string junk = folder.Write("junk.jpg", [1, 2, 3]);
        string blank = folder.Write("blank.png", PngPicture.Encode(new ColourImage(40, 40, [.. Enumerable.Repeat((byte)255, 4800)])));
        string missing = folder.File("missing.png");
        ProgramRun run = Predict(junk, blank, good, missing, "--json", "-", "--verbose", "0");
        Assert.Equal((int)ExitCode.InvalidData, run.ExitCode);
        Assert.Equal(["error", "error", "prediction", "error", "done"], run.Events.Select(e => e.Name()));
        Assert.Equal([junk, blank, good, missing], run.Events[..4].Select(e => e.Text("file")));
        Assert.Contains("No ink found", run.Events[1].Text("message"));
        Assert.Equal(run.Events.Where(e => e.Name() == "error").Select(e => e.Text("message")), run.Error.TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public void A_bad_file_alone_fails_with_one_sentence()
    {
        using var folder = new TemporaryFolder();
        string junk = folder.Write("junk.jpg", [1, 2, 3]);
        Predict(junk).AssertFailed(ExitCode.InvalidData, $"'{junk}'");
    }

    [Fact]
    public void The_picture_that_the_network_sees_is_shown()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = Predict(Photo(folder, "a [strange] name.png", 10));
        Assert.Contains("a [strange] name.png' shows a ", run.Output);
        Assert.Contains("█", run.Output);
    }

    [Fact]
    public void A_photo_of_several_digits_gets_a_remark_that_names_multi()
    {
        using var folder = new TemporaryFolder();
        string two = Photo(folder, "two.png", 8, 28);
        Assert.Contains($"'{two}' seems to show more than one digit", Predict(two).Output);
        Assert.DoesNotContain("--multi", Predict(Photo(folder, "one.png", 18)).Output);
    }

    [Fact]
    public void Explain_saves_a_picture_of_every_stage()
    {
        using var folder = new TemporaryFolder();
        string[] photos = [Photo(folder, "one.png", 10), folder.File("again/one.png")];
        Directory.CreateDirectory(folder.File("again"));
        File.Copy(photos[0], photos[1]);
        string explained = folder.File("explained");
        Assert.Equal(0, Predict([.. photos, "--explain", explained]).ExitCode);
        string[] names = [.. Directory.GetFiles(explained).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        Assert.Contains("one-01-photo.png", names);
        Assert.Contains("one-12-centred.png", names);
        Assert.Contains("one-sheet.png", names);
        Assert.Contains("one-2-sheet.png", names);
        Assert.Contains("explain.html", names);
        Assert.Equal(27, names.Length);
        string page = File.ReadAllText(Path.Combine(explained, "explain.html"));
        Assert.Contains("2 photos explained", page);
        Assert.Contains("What the network saw", page);
        Assert.Contains("More ink on orange", page);
    }

    [Fact]
    public void The_page_of_explained_photos_is_announced()
    {
        using var folder = new TemporaryFolder();
        string blank = folder.Write("blank.png", PngPicture.Encode(new ColourImage(40, 40, [.. Enumerable.Repeat((byte)255, 4800)])));
        ProgramRun run = Predict(Photo(folder, "one.png", 10), blank, "--explain", folder.File("explained"), "--json", "-");
        Assert.Equal(["prediction", "error", "report", "done"], run.Events.Select(e => e.Name()));
        string page = run.Events[2].Text("file")!;
        Assert.Equal(folder.File("explained/explain.html"), page);
        Assert.Contains("no ink found", File.ReadAllText(page));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_ends_the_run()
    {
        using var folder = new TemporaryFolder();
        string photo = Photo(folder, "one.png", 10);
        Predict(photo, "--explain", photo).AssertFailed(ExitCode.RuntimeFailure, $"'{photo}'");
    }

    [Fact]
    public void A_folder_stands_for_all_pictures_in_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("photos/more"));
        string[] photos = [Photo(folder, "photos/a.png", 10), Photo(folder, "photos/b.PNG", 18), Photo(folder, "photos/more/c.png", 24)];
        folder.Write("photos/labels.csv", [1]);
        ProgramRun run = Predict(folder.File("photos"), "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(photos, run.Events[..^1].Select(e => e.Text("file")));
    }

    [Fact]
    public void A_folder_without_pictures_is_said_to_be_one()
    {
        using var folder = new TemporaryFolder();
        Predict(folder.Path).AssertFailed(ExitCode.InvalidData, "has no pictures in it");
    }

    [Fact]
    public void Without_a_model_the_one_that_comes_with_the_program_predicts()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = ProgramRun.Of("predict", Photo(folder, "one.png", 18), "--json", "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Events.Single(e => e.Name() == "prediction").Number("digit"));
        Assert.StartsWith("dfcc733b3e49", run.Events[^1].Text("weights_sha256"));
    }

    [Fact]
    public void A_model_for_other_images_is_said_to_be_so()
    {
        using var folder = new TemporaryFolder();
        using Sequential other = Zoo.Seed(image: new NeuralCore.Shape(8, 8, 1));
        other.Compile();
        string model = folder.File("other.safetensors");
        ModelFile.Save(other, model);
        ProgramRun.Of("predict", "--model", model, Photo(folder, "one.png", 10)).AssertFailed(ExitCode.InvalidData, "takes images of 8x8x1");
    }

    private ProgramRun Predict(params string[] args) => ProgramRun.Of(["predict", "--model", untrained.Model, .. args]);

    /// <summary>A black upright bar on white, as far from the left as is said.</summary>
    private static string Photo(TemporaryFolder folder, string name, params int[] left)
    {
        byte[] pixels = [.. Enumerable.Range(0, 40 * 40).SelectMany(i => Enumerable.Repeat(IsInk(i % 40, i / 40) ? (byte)0 : (byte)255, 3))];
        return folder.Write(name, PngPicture.Encode(new ColourImage(40, 40, pixels)));

        bool IsInk(int x, int y) => left.Any(from => x >= from && x < from + 4) && y is >= 8 and < 32;
    }

    /// <summary>A model that is made once for all of these tests.</summary>
    public sealed class Untrained : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Untrained()
        {
            using Sequential model = Zoo.Seed();
            model.Compile(seed: 1);
            ModelFile.Save(model, Model);
        }

        public string Model => _folder.File("model.safetensors");

        public void Dispose() => _folder.Dispose();
    }
}
