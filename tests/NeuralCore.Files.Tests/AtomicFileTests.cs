using NeuralCore.Files;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void A_link_stays_a_link_and_its_file_gets_the_contents()
    {
        Skip.If(OperatingSystem.IsWindows(), "Making a symbolic link takes rights there that tests need not have.");
        string target = _folder.File("target.bin");
        string link = _folder.File("link.bin");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "target.bin");
        AtomicFile.EnsureWritable(link);
        AtomicFile.Write(link, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal(["link.bin", "target.bin"], _folder.FileNames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writes_the_whole_file_and_nothing_else(bool replaces)
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
    public void The_old_contents_are_there_until_the_new_ones_are_complete()
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
    public void What_a_killed_program_left_long_ago_is_removed()
    {
        string recent = _folder.Write(".a.bin.abcdefgh.ijk.tmp", [1]), old = _folder.Write(".a.bin.lmnopqrs.tuv.tmp", [1]);
        string other = _folder.Write(".b.bin.lmnopqrs.tuv.tmp", [1]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddHours(-2));
        AtomicFile.Write(_folder.File("a.bin"), stream => stream.Write("new"u8));
        Assert.Equal([Path.GetFileName(recent), Path.GetFileName(other), "a.bin"], _folder.FileNames);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_says_so()
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
    public void A_failure_of_the_writer_is_passed_on_and_leaves_the_old_file()
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
    public void An_impossible_place_is_refused_in_one_sentence(string name)
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
    public void Asking_leaves_nothing_behind()
    {
        string path = _folder.File("a.bin");
        AtomicFile.EnsureWritable(path, 1_000);
        Assert.Empty(_folder.FileNames);
        File.WriteAllText(path, "old");
        AtomicFile.EnsureWritable(path, 1_000);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void A_disk_without_room_is_noticed_beforehand()
    {
        var error = Assert.Throws<FileWriteException>(() => AtomicFile.EnsureWritable(_folder.File("a.bin"), 1L << 60));
        Assert.Contains("the disk is full", error.Message);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void A_bare_name_means_the_current_folder()
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
