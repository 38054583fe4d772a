using NeuralCore.Files;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>Training on folders and archives of pictures, and what the model keeps of them.</summary>
public sealed class PictureDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_knows_its_classes_by_name_and_prepares_pictures_as_in_its_training()
    {
        string data = _folder.Write("pictures.tar", PictureFiles.Tar(PictureFiles.ThreeClasses(20, isColoured: true)));
        ProgramRun trained = ProgramRun.Of("train", "--data", data, "--network", "mlp", "--epochs", "6", "--test-split", "0.2", "--out", Model, "--json", "-");
        Assert.Equal(0, trained.ExitCode);
        Assert.Equal(1, trained.Events.Single(e => e.Name() == "test").Number("accuracy"));
        IReadOnlyDictionary<string, string> notes = ModelFile.ReadMetadata(Model);
        Assert.Equal("[\"cat\",\"dog\",\"owl\"]", notes["class_names"]);
        Assert.Equal("picture", notes["preparation"]);

        string photo = _folder.Write("photo.bmp", PictureFiles.Bmp(24, 11, (250, 0, 0)));
        ProgramRun predicted = ProgramRun.Of("predict", "--model", Model, photo, "--json", "-");
        Assert.Equal("dog", Assert.Single(predicted.Events, e => e.Name() == "prediction").Text("class"));
        Assert.Matches("shows dog .*\n *dog +[0-9.]+%", ProgramRun.Of("predict", "--model", Model, photo).Output.ReplaceLineEndings("\n"));

        ProgramRun evaluated = ProgramRun.Of("evaluate", "--model", Model, "--data", data);
        Assert.Contains("60 pictures of 3 classes", evaluated.Output);
        Assert.Matches("\n *owl +1.0000 +1.0000 +1.0000 +20", evaluated.Output.ReplaceLineEndings("\n"));
        Assert.Equal(0, ProgramRun.Of("predict", "--model", Model, "--index", "3", "--data", data).ExitCode);
        ProgramRun.Of("predict", "--model", Model, photo, "--multi").AssertFailed(ExitCode.InvalidData, "--multi");
        Assert.Equal(0, ProgramRun.Of("predict", "--model", Model, photo, "--explain", _folder.File("stages")).ExitCode);
        Assert.Equal(
            ["explain.html", "photo-01-photo.png", "photo-02-middle.png", "photo-03-scaled.png", "photo-sheet.png"],
            Directory.GetFiles(_folder.File("stages")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("<th scope=\"row\">owl</th>", File.ReadAllText(_folder.File("stages/explain.html")));
    }

    [Fact]
    public void Prepared_pictures_come_from_the_cache_until_the_pictures_change()
    {
        string data = PictureFiles.WriteFolder(_folder.File("pictures"), PictureFiles.ThreeClasses(4)), cache = _folder.File("cache");
        string[] command = ["train", "--data", data, "--network", "mlp", "--epochs", "1", "--cache", cache, "--out", Model, "--json", "-"];
        ProgramRun first = ProgramRun.Of(command), second = ProgramRun.Of(command);
        Assert.Contains("12 pictures of 3 classes read", first.Error);
        Assert.DoesNotContain("pictures of 3 classes read", second.Error);
        Assert.Equal(first.Events[^1].Text("weights_sha256"), second.Events[^1].Text("weights_sha256"));

        string kept = Assert.Single(Directory.GetFiles(cache));
        byte[] content = File.ReadAllBytes(kept);
        content[^1] ^= 1;
        File.WriteAllBytes(kept, content);
        Assert.Contains("12 pictures of 3 classes read", ProgramRun.Of(command).Error);

        File.WriteAllBytes(Path.Combine(data, "cat", "more.bmp"), PictureFiles.Bmp(12, 2, (99, 99, 99)));
        Assert.Contains("13 pictures of 3 classes read", ProgramRun.Of(command).Error);
    }

    [Fact]
    public void Letters_are_found_on_paper_and_those_that_are_written_alike_are_said_to_be()
    {
        var files = new Dictionary<string, byte[]>();
        string[] classes = ["upper/C", "lower/c"];
        foreach (string name in classes)
        {
            for (int i = 0; i < 8; i++)
            {
                files[$"{name}/{i}.bmp"] = PictureFiles.Bmp(24, 4 + i, (40, 40, 40), (210, 210, 210));
            }
        }

        string data = _folder.Write("letters.tar", PictureFiles.Tar(files));
        ProgramRun trained = ProgramRun.Of("train", "--preset", "letters", "--data", data, "--epochs", "1", "--out", Model);
        Assert.Equal(0, trained.ExitCode);
        Assert.Contains("Accuracy 1.0000 if signs that are written alike", trained.Output);
        Assert.Equal("frame", ModelFile.ReadMetadata(Model)["preparation"]);
        string photo = _folder.Write("photo.bmp", PictureFiles.Bmp(60, 20, (40, 40, 40), (210, 210, 210)));
        Assert.Matches("may also be [cC] ", ProgramRun.Of("predict", "--model", Model, photo).Output);
    }

    [Fact]
    public void The_colour_preset_averages_views_wherever_its_model_predicts()
    {
        string data = _folder.Write("pictures.tar", PictureFiles.Tar(PictureFiles.ThreeClasses(10, isColoured: true)));
        ProgramRun trained = ProgramRun.Of("train", "--preset", "colour", "--data", data, "--epochs", "1", "--batch-size", "9", "--out", Model, "--preview", "2", "--json", "-");
        Assert.Equal(0, trained.ExitCode);
        Assert.Equal("true", ModelFile.ReadMetadata(Model)["averages_views"]);

        // The end of each class was held out, and is all of this.
        Dictionary<string, byte[]> held = PictureFiles.ThreeClasses(10, isColoured: true).Where(file => file.Key.EndsWith("9.bmp", StringComparison.Ordinal)).ToDictionary();
        ProgramRun evaluated = ProgramRun.Of("evaluate", "--model", Model, "--data", _folder.Write("held.tar", PictureFiles.Tar(held)), "--json", "-");
        Assert.Equal(trained.Events.Single(e => e.Name() == "test").Number("loss"), evaluated.Events.Single(e => e.Name() == "test").Number("loss"));
        Assert.Equal(0, ProgramRun.Of("report", "--model", Model, "--data", data, "--out", _folder.File("report")).ExitCode);
        Assert.Contains("owl", File.ReadAllText(Path.Combine(_folder.File("report"), "report.html")));
        ProgramRun.Of("train", "--preset", "letters", "--prepare", "picture", "--data", data).AssertFailed(ExitCode.Usage, "use --preset colour");
        Assert.Equal(0, ProgramRun.Of("train", "--augment", "--network", "mlp", "--data", data, "--epochs", "1", "--out", Model).ExitCode);
    }

    [Fact]
    public void Data_can_be_looked_at()
    {
        string data = _folder.Write("pictures.zip", PictureFiles.Zip(PictureFiles.ThreeClasses(4)));
        ProgramRun run = ProgramRun.Of("data", "inspect", data, "--picture", _folder.File("samples.png"));
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("\n *owl +4 +0", run.Output.ReplaceLineEndings("\n"));
        Assert.True(File.Exists(_folder.File("samples.png")));
    }

    [Fact]
    public void Training_goes_on_from_a_model_of_other_classes_with_its_preparation()
    {
        string data = _folder.Write("pictures.tar", PictureFiles.Tar(PictureFiles.ThreeClasses(10))), second = _folder.File("second.safetensors");
        Assert.Equal(0, ProgramRun.Of("train", "--data", data, "--network", "mlp", "--image-size", "9", "--channels", "3", "--epochs", "1", "--out", Model).ExitCode);
        Dictionary<string, byte[]> more = PictureFiles.ThreeClasses(10);
        for (int i = 0; i < 10; i++)
        {
            more[$"yak/{i}.bmp"] = PictureFiles.Bmp(12, 11, ((byte)(200 + i), 255, 255));
        }

        ProgramRun run = ProgramRun.Of("train", "--from", Model, "--data", _folder.Write("more.tar", PictureFiles.Tar(more)), "--epochs", "1", "--out", second);
        Assert.Equal(0, run.ExitCode);
        using Model model = ModelFile.ReadArchitecture(second);
        Assert.Equal((new Shape(9, 9, 3), 4), (model.Input.Shape, model.Classes));
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        string data = _folder.Write("pictures.tar", PictureFiles.Tar(PictureFiles.ThreeClasses(4)));
        ProgramRun.Of("train", "--data", data, "--classes", "3").AssertFailed(ExitCode.Usage, "--classes");
        ProgramRun.Of("train", "--data", data, "--prepare", "frame", "--image-size", "32").AssertFailed(ExitCode.Usage, "--image-size");
        ProgramRun.Of("train", "--data", data, "--prepare", "magic").AssertFailed(ExitCode.Usage, "--prepare takes");
        ProgramRun.Of("train", "--data", data, "--channels", "2").AssertFailed(ExitCode.Usage, "--channels takes 1 or 3");
        Dictionary<string, byte[]> one = PictureFiles.ThreeClasses(4).Where(file => file.Key.StartsWith("cat", StringComparison.Ordinal)).ToDictionary();
        ProgramRun.Of("train", "--data", _folder.Write("one.tar", PictureFiles.Tar(one))).AssertFailed(ExitCode.InvalidData, "one class, 'cat'");
        using var tiny = new TinyData();
        ProgramRun.Of("train", "--data", tiny.Folder, "--only", "upper").AssertFailed(ExitCode.Usage, "--only is for pictures in folders");
    }
}
