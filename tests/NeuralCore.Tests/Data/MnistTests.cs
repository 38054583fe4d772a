using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public class MnistTests
{
    [Fact]
    public void The_shipped_files_are_MNIST()
    {
        (LabelledImages train, LabelledImages test) = Mnist.LoadParts(Mnist.FindDirectory(), 10, verify: true);
        Assert.Equal((60_000, 28, 28, 10), (train.Count, train.Height, train.Width, train.Classes));
        Assert.Equal((10_000, 28, 28, 10), (test.Count, test.Height, test.Width, test.Classes));
        Assert.Equal(5, train.Label(0));
        Assert.Equal(7, test.Label(0));
    }

    [Fact]
    public void The_projects_own_folder_is_known_however_it_is_written()
    {
        string own = Mnist.FindDirectory();
        Assert.True(Mnist.IsOwnFolder(own));
        Assert.True(Mnist.IsOwnFolder(own + Path.DirectorySeparatorChar));
        Assert.True(Mnist.IsOwnFolder(Path.Combine(own, "..", "mnist")));
        Assert.True(Mnist.IsOwnFolder(Path.GetRelativePath(Environment.CurrentDirectory, own)));
        Assert.False(Mnist.IsOwnFolder(Path.Combine(own, "..")));
        Assert.False(Mnist.IsOwnFolder(""));
    }

    [Fact]
    public void The_test_images_are_read_without_the_training_images()
    {
        using TemporaryFolder folder = SmallSet();
        File.Delete(Path.Combine(folder.Path, "train-images-idx3-ubyte"));
        File.Delete(Path.Combine(folder.Path, "train-labels-idx1-ubyte.gz"));
        Assert.Equal(6, Mnist.LoadTest(folder.Path).Count);
    }

    [Fact]
    public void A_folder_of_ones_own_is_taken_as_it_is_and_is_not_taken_for_MNIST()
    {
        using TemporaryFolder folder = SmallSet();
        (LabelledImages train, LabelledImages test) = Mnist.Load(folder.Path);
        Assert.Equal((20, 6), (train.Count, test.Count));
        Assert.Equal(IdxBytes.Images(20, 5, 4)[16..36], train.Pixels(0).ToArray());

        var refusal = Assert.Throws<DataFileException>(() => Mnist.LoadParts(folder.Path, 10, verify: true));
        Assert.Contains("SHA-256", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plain_file_is_read_where_both_are_there()
    {
        using TemporaryFolder folder = SmallSet();
        folder.Write("t10k-images-idx3-ubyte.gz", [1, 2, 3]);
        Assert.Equal(6, Mnist.LoadTest(folder.Path).Count);
    }

    [Theory]
    [InlineData("t10k-images-idx3-ubyte")]
    [InlineData("t10k-labels-idx1-ubyte")]
    [InlineData("train-images-idx3-ubyte")]
    [InlineData("train-labels-idx1-ubyte")]
    public void A_missing_file_is_named(string name)
    {
        using TemporaryFolder folder = SmallSet();
        File.Delete(Path.Combine(folder.Path, name));
        File.Delete(Path.Combine(folder.Path, name + ".gz"));
        AssertRefused(folder, name, "is missing");
    }

    [Theory]
    [InlineData("", "{0}-images.idx3-ubyte", "{0}-labels.idx1-ubyte")]
    [InlineData("", "{0}_images_idx3_ubyte", "{0}-labels-idx1-ubyte.GZ")]
    [InlineData("", "emnist-digits-{0}-images-idx3-ubyte", "emnist-digits-{0}-labels-idx1-ubyte")]
    [InlineData("MNIST/raw", "{0}-images-idx3-ubyte", "{0}-labels-idx1-ubyte.gz")]
    [InlineData("", "{0}-images.idx3-ubyte/{0}-images.idx3-ubyte", "{0}-labels-idx1-ubyte")]
    public void The_usual_names_are_known(string below, string images, string labels)
    {
        using var folder = new TemporaryFolder();
        byte[] pixels = IdxBytes.Images(20, 5, 4);
        foreach ((string part, int count) in new[] { ("train", 20), (images.StartsWith("emnist", StringComparison.Ordinal) ? "test" : "t10k", 6) })
        {
            Write(images, IdxBytes.Images(count, 5, 4));
            Write(labels, IdxBytes.Labels(count));

            void Write(string name, byte[] content)
            {
                string path = Path.Combine(below, string.Format(System.Globalization.CultureInfo.InvariantCulture, name, part));
                Directory.CreateDirectory(Path.GetDirectoryName(folder.File(path))!);
                folder.Write(path, content);
            }
        }

        (LabelledImages train, LabelledImages test) = Mnist.Load(folder.Path);
        Assert.Equal((20, 6), (train.Count, test.Count));

        // EMNIST stores columns after one another.
        bool isEmnist = images.StartsWith("emnist", StringComparison.Ordinal);
        Assert.Equal(isEmnist ? (4, 5) : (5, 4), (train.Height, train.Width));
        Assert.Equal(pixels[16 + 1], train.Pixels(0)[isEmnist ? train.Width : 1]);
        Assert.Equal((5, 4), (Mnist.LoadTest(folder.Path, transpose: false).Height, Mnist.LoadTest(folder.Path, transpose: false).Width));
    }

    [Fact]
    public void A_near_miss_is_named()
    {
        using TemporaryFolder folder = SmallSet();
        File.Move(folder.File("t10k-images-idx3-ubyte"), folder.File("my-test-images.bin"));
        AssertRefused(folder, "t10k-images-idx3-ubyte", "'my-test-images.bin' is there");
    }

    [Fact]
    public void Two_sets_in_one_folder_are_refused()
    {
        using TemporaryFolder folder = SmallSet();
        File.Move(folder.File("t10k-images-idx3-ubyte"), folder.File("emnist-letters-test-images-idx3-ubyte"));
        File.Copy(folder.File("emnist-letters-test-images-idx3-ubyte"), folder.File("emnist-digits-test-images-idx3-ubyte"));
        Assert.Contains("files of two sets", Assert.Throws<DataFileException>(() => Mnist.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_said_to_be_one()
    {
        using TemporaryFolder folder = SmallSet();
        string file = folder.File("t10k-images-idx3-ubyte");
        Assert.Contains("is a file", Assert.Throws<DataFileException>(() => Mnist.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using TemporaryFolder folder = SmallSet();
        string missing = Path.Combine(folder.Path, "nowhere");
        var refusal = Assert.Throws<DataFileException>(() => Mnist.Load(missing));
        IdxFileTests.AssertOneSentence(refusal, missing);
    }

    [Fact]
    public void Swapped_files_are_recognised()
    {
        using TemporaryFolder folder = SmallSet();
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Labels(6));
        AssertRefused(folder, "t10k-images-idx3-ubyte", "looks like a label file");
    }

    [Fact]
    public void Counts_that_disagree_are_refused()
    {
        using TemporaryFolder folder = SmallSet();
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(5));
        AssertRefused(folder, "t10k-labels-idx1-ubyte", "5 labels for the 6 images");
    }

    [Fact]
    public void A_label_above_the_classes_is_refused()
    {
        using TemporaryFolder folder = SmallSet();
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(6, classes: 11)[..^1].Append((byte)10).ToArray());
        AssertRefused(folder, "t10k-labels-idx1-ubyte", "the label 10 at position 5");
        Assert.Equal(6, Mnist.LoadTest(folder.Path, classes: 11).Count);
    }

    [Fact]
    public void Training_and_test_images_of_two_sizes_are_refused()
    {
        using TemporaryFolder folder = SmallSet();
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(6, 4, 5));
        AssertRefused(folder, "t10k-images-idx3-ubyte", "use the files of one set");
    }

    private static void AssertRefused(TemporaryFolder folder, string name, string fault)
    {
        var refusal = Assert.Throws<DataFileException>(() => Mnist.Load(folder.Path));
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        IdxFileTests.AssertOneSentence(refusal, Path.Combine(folder.Path, name));
    }

    /// <summary>Twenty training and six test images of 5 x 4 pixels, some files plain and one compressed.</summary>
    private static TemporaryFolder SmallSet()
    {
        var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", IdxBytes.Images(20, 5, 4));
        folder.Write("train-labels-idx1-ubyte.gz", IdxBytes.Gzip(IdxBytes.Labels(20)));
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(6, 5, 4));
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(6));
        return folder;
    }
}
