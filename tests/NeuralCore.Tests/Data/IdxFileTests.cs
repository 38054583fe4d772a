using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public class IdxFileTests
{
    private static readonly byte[] Images = IdxBytes.Images(3, 4, 5);
    private static readonly byte[] Labels = IdxBytes.Labels(12);

    private static readonly byte[] EmptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static TheoryData<string, byte[], string> DamagedImages => new()
    {
        { "images", [], "ends too early" },
        { "images", [.. Images, 0], "declares 3 x 4 x 5 bytes in its header and 61 follow" },
        { "images", Images[..^1], "declares 3 x 4 x 5 bytes in its header and 59 follow" },
        { "images", IdxBytes.Header(3, 0, 28, 28), "nothing to learn from" },
        { "images", IdxBytes.Header(3, 5, 0, 28), "nothing to learn from" },
        { "images", IdxBytes.Header(3, 5, 28, 0), "nothing to learn from" },
        { "images", IdxBytes.Header(3, 60000, 65536, 65536), "declares 60,000 x 65,536 x 65,536 bytes" },
        { "images", IdxBytes.Header(3, uint.MaxValue, uint.MaxValue, uint.MaxValue), "and 0 follow" },
        { "images", [.. IdxBytes.Header(3, 1 << 22, 1 << 21, 1 << 21), 1], "and 1 follow" }, // 2^64 pixels
        { "images", [1, .. Images[1..]], "not an IDX file" },
        { "images", [0, 1, .. Images[2..]], "not an IDX file" },
        { "images", [0, 0, 0x0D, .. Images[3..]], "IDX type 0x0D" },
        { "images", [0, 0, 8, 4, .. Images[4..]], "rank 4" },
        { "images", Labels, "looks like a label file" },
        { "images.gz", [], "ends too early" },
        { "images.gz", IdxBytes.Gzip(Labels), "looks like a label file" },
        { "images.gz", IdxBytes.Gzip(Images[..^1]), "the end of the file disagrees" },
        { "images.gz", IdxBytes.Gzip([.. Images, 0]), "the end of the file disagrees" },
        { "images.gz", IdxBytes.WithPromisedLength(IdxBytes.Gzip([.. Images, 0]), 76), "goes on after the end" },
        { "images.gz", IdxBytes.WithPromisedLength(IdxBytes.Gzip(Images[..^1]), 76), "length or checksum" },
        { "images.gz", EmptyMember, "ends too early" },
        { "images.gz", [.. IdxBytes.Gzip(Images), 0], "replace it with a whole copy" },
        { "images.gz", [.. IdxBytes.Gzip(Images), .. IdxBytes.Gzip(Images)], "other bytes follow the end" },
        { "images.gz", [.. IdxBytes.Gzip(Images), .. EmptyMember], "the end of the file disagrees" },
        { "images.gz", [.. IdxBytes.Gzip(Images[..20]), .. IdxBytes.Gzip(Images[20..])], "the end of the file disagrees" },
    };

    [Theory]
    [MemberData(nameof(DamagedImages))]
    public void A_damaged_image_file_is_refused_with_one_sentence(string name, byte[] contents, string fault)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write(name, contents);
        var refusal = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        AssertOneSentence(refusal, path);
    }

    [Theory]
    [InlineData("images")]
    [InlineData("images.gz")]
    [InlineData("images.GZ")]
    public void A_whole_image_file_is_read(string name)
    {
        using var folder = new TemporaryFolder();

        // Whether it is compressed shows in its content: a name may be left from before it was unpacked.
        foreach (byte[] content in (byte[][])[Images, IdxBytes.Gzip(Images)])
        {
            IdxImages images = IdxFile.ReadImages(folder.Write(name, content));
            Assert.Equal((3, 4, 5), (images.Count, images.Height, images.Width));
            Assert.Equal(Images[16..], images.Pixels);
        }
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("labels.gz")]
    public void A_whole_label_file_is_read(string name)
    {
        using var folder = new TemporaryFolder();
        bool compressed = name.EndsWith(".gz", StringComparison.Ordinal);
        string path = folder.Write(name, compressed ? IdxBytes.Gzip(Labels) : Labels);
        Assert.Equal(Labels[8..], IdxFile.ReadLabels(path, 10));
    }

    [Fact]
    public void A_gzip_header_with_every_optional_field_is_read()
    {
        byte[] plain = IdxBytes.Gzip(Images);
        byte[] adorned =
        [
            0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3, // all five flags
            2, 0, 77, 78, // extra field of two bytes
            .. "name\0"u8, .. "comment\0"u8,
            0x12, 0x34, // checksum of the header
            .. plain[10..],
        ];
        Assert.Equal(Images[16..], IdxFile.ReadImages(new MemoryStream(adorned), "images.gz").Pixels);
    }

    [Fact]
    public void A_label_outside_the_classes_is_named_with_its_position()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("labels", [.. IdxBytes.Header(1, 5), 0, 9, 3, 10, 200]);
        var refusal = Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(path, 10));
        Assert.Contains("the label 10 at position 3", refusal.Message, StringComparison.Ordinal);
        AssertOneSentence(refusal, path);
        Assert.Equal(5, IdxFile.ReadLabels(path, 256).Length);
    }

    [Fact]
    public void An_image_file_in_place_of_the_labels_is_recognised()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("labels", Images);
        var refusal = Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(path, 10));
        Assert.Contains("looks like an image file", refusal.Message, StringComparison.Ordinal);
        AssertOneSentence(refusal, path);
    }

    [Fact]
    public void Contents_of_another_hash_are_refused()
    {
        const string Hash = "0000000000000000000000000000000000000000000000000000000000000000";
        var refusal = Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(new MemoryStream(Labels), "labels", 10, Hash));
        Assert.Contains(Hash, refusal.Message, StringComparison.Ordinal);
        AssertOneSentence(refusal, "labels");
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        string missing = Path.Combine(folder.Path, "nothing");
        AssertOneSentence(Assert.Throws<DataFileException>(() => IdxFile.ReadImages(missing)), missing);
        AssertOneSentence(Assert.Throws<DataFileException>(() => IdxFile.ReadImages(folder.Path)), folder.Path);
    }

    [Fact]
    public void A_gzip_bomb_is_refused_in_little_memory()
    {
        byte[] zeros = IdxBytes.Gzip([.. IdxBytes.Header(3, 10, 10, 10), .. new byte[30_000_000]]);
        byte[] hugePromise = IdxBytes.Gzip([.. IdxBytes.Header(3, 60000, 28, 28), .. new byte[100_000]]);
        byte[][] bombs =
        [
            zeros, // honest about 30 MB where the images need 1,000 bytes
            IdxBytes.WithPromisedLength(zeros, 1016), // promises what the images need, and goes on
            IdxBytes.WithPromisedLength(hugePromise, 47_040_016), // promises more than its bytes can hold
            IdxBytes.WithPromisedLength(hugePromise, uint.MaxValue),
        ];

        foreach (byte[] bomb in bombs)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<DataFileException>(() => IdxFile.ReadImages(new MemoryStream(bomb), "bomb.gz"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Images_are_decoded_straight_into_their_place()
    {
        const int Pixels = 2000 * 28 * 28;
        byte[] file = IdxBytes.Gzip(IdxBytes.Images(2000, 28, 28));
        long before = GC.GetAllocatedBytesForCurrentThread();
        IdxFile.ReadImages(new MemoryStream(file), "images.gz");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Pixels, Pixels + (1 << 16));
    }

    internal static void AssertOneSentence(DataFileException refusal, string path)
    {
        Assert.Equal(path, refusal.FilePath);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain(". ", refusal.Message, StringComparison.Ordinal);
    }
}
