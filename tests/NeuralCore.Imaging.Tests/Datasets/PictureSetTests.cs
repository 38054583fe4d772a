using System.Formats.Tar;
using System.Text;
using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Tests;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Datasets;

/// <summary>Folders and archives of pictures, good and bad ones.</summary>
public sealed class PictureSetTests : IDisposable
{
    private static readonly (byte R, byte G, byte B) White = (255, 255, 255);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Containers => ["folder", "pictures.tar", "pictures.tar.gz", "pictures.zip"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Containers))]
    public void The_same_pictures_come_out_of_a_folder_and_of_every_archive(string container)
    {
        PictureSet pictures = Load(Store(container, PictureFiles.ThreeClasses(4)));
        Assert.Equal(["cat", "dog", "owl"], pictures.Train.ClassNames!);
        Assert.Equal(new Shape(12, 12, 1), pictures.Train.ItemShape);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], pictures.Train.Labels.ToArray());
        Assert.Null(pictures.Test);
        for (int i = 0; i < pictures.Train.Count; i++)
        {
            ReadOnlySpan<byte> row = pictures.Train.Pixels(i)[..12];
            Assert.Equal(255 - (3 * (i % 4)), row[2 + (3 * (i / 4))]);
            Assert.Equal(0, row[0]);
        }
    }

    [Theory]
    [InlineData("train/", "test/")]
    [InlineData("Training/", "Testing/")]
    [InlineData("birds/train/", "birds/val/")]
    public void Two_parts_are_known_by_their_names(string training, string testing)
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(3, training);
        PictureFiles.ThreeClasses(2, testing).ToList().ForEach(file => files.Add(file.Key, file.Value));
        PictureSet pictures = Load(Store("pictures.tar", files));
        Assert.Equal((9, 6), (pictures.Train.Count, pictures.Test!.Count));
        Assert.Equal(pictures.Train.ClassNames, pictures.Test.ClassNames);
        Assert.Equal([0, 0, 1, 1, 2, 2], pictures.Test.Labels.ToArray());
    }

    [Fact]
    public void Classes_in_folders_of_two_levels_are_called_by_the_last_and_one_level_can_be_taken_alone()
    {
        Dictionary<string, byte[]> files = new()
        {
            ["letters/upper/A/1.bmp"] = PictureFiles.Bmp(8, 1, White),
            ["letters/upper/B/1.bmp"] = PictureFiles.Bmp(8, 2, White),
            ["letters/lower/a/1.bmp"] = PictureFiles.Bmp(8, 3, White),
            ["letters/lower/b/1.bmp"] = PictureFiles.Bmp(8, 4, White),
        };
        string path = Store("letters.zip", files);
        Assert.Equal(["A", "B", "a", "b"], Load(path).Train.ClassNames!);
        Assert.Equal(["A", "B"], Load(path, new() { Only = "upper" }).Train.ClassNames!);
        Assert.Contains("--only takes", Refusal(path, new() { Only = "middle" }));
    }

    [Fact]
    public void Names_are_ordered_by_their_numbers_and_the_end_of_each_class_is_held_out()
    {
        PictureSet pictures = Load(Store("pictures.tar", PictureFiles.ThreeClasses(12)), new() { TestSplit = 0.25 });
        Assert.Equal((27, 9), (pictures.Train.Count, pictures.Test!.Count));
        Assert.Equal([255 - 27, 255 - 30, 255 - 33], Enumerable.Range(0, 3).Select(i => (int)pictures.Test.Pixels(i)[2]));
    }

    [Fact]
    public void Pictures_with_colours_stay_in_colour_and_others_become_gray()
    {
        string path = Store("pictures.zip", PictureFiles.ThreeClasses(2, isColoured: true));
        PictureSet pictures = Load(path);
        Assert.Equal(new Shape(12, 12, 3), pictures.Train.ItemShape);
        Assert.Equal([255, 0, 0], pictures.Train.Pixels(0).Slice(2 * 3, 3).ToArray());
        Assert.Equal(new Shape(6, 6, 1), Load(path, new() { Channels = 1, Side = 6 }).Train.ItemShape);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_number_of_threads_changes_nothing(int threads)
    {
        string path = Store("pictures.tar", PictureFiles.ThreeClasses(40));
        (int last, int total) = (0, 0);
        LabelledImages images = Load(path, new() { Threads = threads, Progress = (done, all) => (last, total) = (done, all) }).Train;
        Assert.Equal((120, 120), (last, total));
        Assert.All(Enumerable.Range(0, 120), i => Assert.Equal(255 - (3 * (i % 40)), images.Pixels(i)[2 + (3 * (i / 40))]));
    }

    [Fact]
    public void Signs_are_found_and_centred_as_in_a_photo()
    {
        Dictionary<string, byte[]> files = new() { ["I/1.bmp"] = PictureFiles.Bmp(40, 4, (30, 30, 30), (220, 220, 220)), ["O/1.bmp"] = PictureFiles.Bmp(40, 30, (30, 30, 30), (220, 220, 220)) };
        LabelledImages images = Load(Store("signs.tar", files), new() { Kind = PictureKind.Frame }).Train;
        Assert.Equal(new Shape(28, 28, 1), images.ItemShape);
        Assert.Equal(images.Pixels(0).ToArray(), images.Pixels(1).ToArray());
        Assert.Equal(255, images.Pixels(0).ToArray().Max());
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_few_broken_pictures_are_named_and_left_out(string container)
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(20);
        files["dog/empty.bmp"] = [];
        files["owl/text.png"] = Encoding.UTF8.GetBytes("no picture");
        files["owl/notes.txt"] = Encoding.UTF8.GetBytes("notes");
        files["cat/tiny.bmp"] = PictureFiles.Bmp(1, 0, White);
        PictureSet pictures = Load(Store(container, files));
        string remarks = string.Join('\n', pictures.Remarks);
        Assert.Equal(60, pictures.Train.Count);
        Assert.Contains("3 of the 63 pictures cannot be used", remarks);
        Assert.Contains("'owl/notes.txt' was left out: it does not have the extension of a picture.", remarks);
        Assert.All(["dog/empty.bmp", "owl/text.png", "cat/tiny.bmp"], name => Assert.Contains(name, remarks));
    }

    [Fact]
    public void Many_broken_pictures_are_too_many()
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(5);
        for (int i = 0; i < 4; i++)
        {
            files[$"cat/broken{i}.png"] = [1, 2, 3];
        }

        Assert.Contains("4 of the 19 pictures", Refusal(Store("pictures.tar", files)));
    }

    [Fact]
    public void A_class_whose_pictures_are_all_broken_is_refused()
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(5);
        files["yak/1.png"] = [1];
        Assert.Contains("'yak'", Refusal(Store("pictures.tar", files)));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void Names_that_differ_in_case_only_are_refused(string container)
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(1);
        files["Cat/1.bmp"] = PictureFiles.Bmp(8, 0, White);
        string path = Store(container, files);
        if (container == "folder" && Directory.GetDirectories(path).Length == 3)
        {
            // This file system takes both for one folder.
            return;
        }

        Assert.Contains("differ in case only", Refusal(path));
    }

    [Fact]
    public void An_empty_class_is_refused()
    {
        string path = Store("folder", PictureFiles.ThreeClasses(2));
        Directory.CreateDirectory(Path.Combine(path, "yak"));
        Assert.Contains("the folder 'yak' without any picture", Refusal(path));
    }

    [Fact]
    public void What_leads_out_of_an_archive_and_links_are_left_out()
    {
        byte[] tar = PictureFiles.Tar(PictureFiles.ThreeClasses(2), writer =>
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "../cat/out.bmp") { DataStream = new MemoryStream(PictureFiles.Bmp(12, 0, White)) });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "cat/link.bmp") { LinkName = "/etc/passwd" });
        });
        PictureSet pictures = Load(_folder.Write("pictures.tar", tar));
        Assert.Equal(6, pictures.Train.Count);
        Assert.Contains(pictures.Remarks, remark => remark.Contains("'../cat/out.bmp' was left out: it has a name that leads out", StringComparison.Ordinal));
        Assert.Contains(pictures.Remarks, remark => remark.Contains("'cat/link.bmp' was left out: it is a link", StringComparison.Ordinal));
        Assert.Equal(["pictures.tar"], _folder.FileNames);
    }

    [SkippableFact]
    public void Links_in_folders_are_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Making links takes permissions there.");
        string path = Store("folder", PictureFiles.ThreeClasses(2));
        Directory.CreateSymbolicLink(Path.Combine(path, "loop"), path);
        PictureSet pictures = Load(path);
        Assert.Equal(6, pictures.Train.Count);
        Assert.Contains("'loop' was left out: it is a link", string.Join('\n', pictures.Remarks));
    }

    [Fact]
    public void An_archive_cut_anywhere_is_refused_or_whole()
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(2);
        (string Name, byte[] Whole)[] archives = [("pictures.tar", PictureFiles.Tar(files)), ("pictures.tar.gz", PictureFiles.Gzip(PictureFiles.Tar(files))), ("pictures.zip", PictureFiles.Zip(files))];
        foreach ((string name, byte[] whole) in archives)
        {
            for (int length = 600; length < whole.Length; length += 97)
            {
                string path = _folder.Write(name, whole[..length]);
                try
                {
                    Assert.Equal(6, Load(path).Train.Count);
                }
                catch (DataFileException refusal)
                {
                    Assert.Contains(path, refusal.Message);
                    Assert.EndsWith(".", refusal.Message);
                }
            }
        }
    }

    [Fact]
    public void A_picture_that_claims_600_megapixels_costs_nothing()
    {
        Dictionary<string, byte[]> files = PictureFiles.ThreeClasses(20);
        byte[] huge = PictureFiles.Bmp(12, 0, White);
        BitConverter.GetBytes(30_000).CopyTo(huge, 18);
        BitConverter.GetBytes(20_000).CopyTo(huge, 22);
        files["cat/huge.bmp"] = huge;
        Assert.Contains("'cat/huge.bmp' has 30,000 x 20,000 pixels", string.Join('\n', Load(Store("pictures.zip", files)).Remarks));
    }

    [Fact]
    public void Pictures_outside_folders_and_other_files_are_no_set()
    {
        Assert.Contains("not in folders", Refusal(_folder.Write("flat.tar", PictureFiles.Tar(new Dictionary<string, byte[]> { ["1.bmp"] = PictureFiles.Bmp(8, 0, White) }))));
        Assert.Contains("has no pictures", Refusal(_folder.Write("text.tar", PictureFiles.Tar(new Dictionary<string, byte[]> { ["a/1.txt"] = [1] }))));
        Assert.Contains("neither a tar nor a zip archive", Refusal(_folder.Write("text.txt", [1, 2, 3])));
        Assert.False(PictureSet.IsOne(_folder.File("text.txt")));
    }

    [Fact]
    public void The_classes_of_a_model_are_found_by_their_names()
    {
        string path = Store("pictures.tar", PictureFiles.ThreeClasses(1));
        Assert.Equal([1, 3, 0], Load(path, new() { Classes = ["owl", "cat", "bee", "dog"] }).Train.Labels.ToArray().OrderBy(label => label == 0).ToArray());
        Assert.Contains("has the class 'cat', and the model's classes are dog, owl", Refusal(path, new() { Classes = ["dog", "owl"] }));
    }

    private static PictureSet Load(string path, PictureOptions? options = null) => PictureSet.Load(path, options ?? new PictureOptions());

    private static string Refusal(string path, PictureOptions? options = null)
    {
        string message = Assert.Throws<DataFileException>(() => Load(path, options)).Message;
        Assert.EndsWith(".", message);
        return message;
    }

    private string Store(string container, Dictionary<string, byte[]> files) => container switch
    {
        "folder" => PictureFiles.WriteFolder(_folder.File("folder"), files),
        _ when container.EndsWith(".zip", StringComparison.Ordinal) => _folder.Write(container, PictureFiles.Zip(files)),
        _ when container.EndsWith(".gz", StringComparison.Ordinal) => _folder.Write(container, PictureFiles.Gzip(PictureFiles.Tar(files))),
        _ => _folder.Write(container, PictureFiles.Tar(files)),
    };
}
