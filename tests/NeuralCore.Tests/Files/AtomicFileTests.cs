using NeuralCore.Files;
using Xunit;

namespace NeuralCore.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WritesTheWholeFileAndNothingElse(bool replaces)
    {
        string path = _folder.File("a.bin");
        if (replaces)
        {
            File.WriteAllText(path, "old and longer");
        }

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["a.bin"], _folder.FileNames);
    }

    [Fact]
    public void TheOldContentsAreThereUntilTheNewOnesAreComplete()
    {
        string path = _folder.File("a.bin");
        File.WriteAllText(path, "old");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
        });
    }

    [Fact]
    public void AFullDiskLeavesTheOldFileAndSaysSo()
    {
        string path = _folder.File("a.bin");
        File.WriteAllText(path, "old");

        var error = Assert.Throws<FileWriteException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device : '/somewhere/else'", 28);
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.bin"], _folder.FileNames);
        Assert.Equal(path, error.FilePath);
        Assert.Equal($"The file '{path}' cannot be written, because the disk is full; free some space, or choose a place on another disk.", error.Message);
    }

    [Fact]
    public void AFailureOfTheWriterIsPassedOnAndLeavesTheOldFile()
    {
        string path = _folder.File("a.bin");
        File.WriteAllText(path, "old");
        Assert.Throws<NotSupportedException>(() => AtomicFile.Write(path, _ => throw new NotSupportedException()));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.bin"], _folder.FileNames);
    }

    [Theory]
    [InlineData("missing/a.bin")]
    [InlineData("file/a.bin")]
    [InlineData("folder")]
    [InlineData("folder/")]
    public void AnImpossiblePlaceIsRefusedInOneSentence(string name)
    {
        File.WriteAllText(_folder.File("file"), "");
        Directory.CreateDirectory(_folder.File("folder"));
        string path = _folder.File(name);

        var asked = Assert.Throws<FileWriteException>(() => AtomicFile.EnsureWritable(path));
        var tried = Assert.Throws<FileWriteException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));

        Assert.Equal(tried.Message, asked.Message);
        Assert.StartsWith($"The file '{path}' cannot be written, because ", tried.Message);
        Assert.EndsWith(".", tried.Message);
        Assert.DoesNotContain('\n', tried.Message);
        Assert.Equal(["file", "folder"], _folder.FileNames);
    }

    [Fact]
    public void AskingLeavesNothingBehind()
    {
        string path = _folder.File("a.bin");
        AtomicFile.EnsureWritable(path, 1_000);
        Assert.Empty(_folder.FileNames);
        File.WriteAllText(path, "old");
        AtomicFile.EnsureWritable(path, 1_000);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void ADiskWithoutRoomIsNoticedBeforehand()
    {
        var error = Assert.Throws<FileWriteException>(() => AtomicFile.EnsureWritable(_folder.File("a.bin"), 1L << 60));
        Assert.Contains("the disk is full", error.Message);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void ABareNameMeansTheCurrentFolder()
    {
        string name = Path.GetRandomFileName();
        try
        {
            AtomicFile.EnsureWritable(name);
            AtomicFile.Write(name, stream => stream.WriteByte(1));
            Assert.True(File.Exists(name));
        }
        finally
        {
            File.Delete(name);
        }
    }
}
