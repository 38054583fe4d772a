using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public class MnistTests
{
    [Fact]
    public void The_shipped_files_are_MNIST()
    {
        (LabelledImages train, LabelledImages test) = Mnist.Load(Mnist.FindDirectory(), 10, verify: true);
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

        var refusal = Assert.Throws<DataFileException>(() => Mnist.Load(folder.Path, 10, verify: true));
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
