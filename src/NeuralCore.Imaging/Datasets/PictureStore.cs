using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;

namespace NeuralCore.Imaging.Datasets;

/// <summary>A file, or an empty folder, that a store lists.</summary>
/// <param name="Name">Its path within the store, folders separated by <c>/</c>; that of a folder ends with one.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Fault">Why it is not read, as what follows "which"; null for a plain file.</param>
internal readonly record struct StoredFile(string Name, long Size, string? Fault = null)
{
    /// <summary>Whether this is a folder.</summary>
    public bool IsFolder => Name.EndsWith('/');
}

/// <summary>The content of a file in a store.</summary>
/// <param name="Position">Its place in the list of the store.</param>
/// <param name="Read">Gives the bytes; it may be called on any thread.</param>
internal readonly record struct StoredContent(int Position, Func<byte[]> Read);

/// <summary>
/// Where pictures lie: a folder, or an archive that is read as it is. Nothing is ever written. Both passes over a store, for names and for contents, are in
/// the same order.
/// </summary>
internal abstract class PictureStore(string path)
{
    private static readonly string[] Extensions = [".tar", ".tar.gz", ".tgz", ".zip"];

    /// <summary>Why a link is not read.</summary>
    protected const string LinkFault = "is a link, and links are not followed";

    /// <summary>The folder or the archive, as the user named it.</summary>
    public string Path { get; } = path;

    /// <summary>Opens a folder, or an archive by its contents.</summary>
    /// <exception cref="DataFileException">There is no such file or folder, or it is of another kind.</exception>
    public static PictureStore Open(string path)
    {
        if (Directory.Exists(path))
        {
            return new FolderStore(path);
        }

        return KindOf(path) switch
        {
            ArchiveKind.Zip => new ZipStore(path),
            ArchiveKind.Tar => new TarStore(path, isCompressed: false),
            ArchiveKind.CompressedTar => new TarStore(path, isCompressed: true),
            _ => throw new DataFileException(path, $"The file '{path}' is neither a tar nor a zip archive; name a folder of pictures, or a .tar, .tar.gz or .zip file of one."),
        };
    }

    /// <summary>Whether a file is an archive, or is called one.</summary>
    public static bool IsArchive(string path) => File.Exists(path)
        && (Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) || KindOf(path) != ArchiveKind.None);

    /// <summary>Lists all files, and folders that are named by themselves.</summary>
    /// <exception cref="DataFileException">The store cannot be read, or is damaged.</exception>
    public abstract IEnumerable<StoredFile> List();

    /// <summary>Gives the contents of files.</summary>
    /// <param name="isWanted">Whether the file at a place in the list is wanted.</param>
    /// <exception cref="DataFileException">The store cannot be read, or is damaged.</exception>
    public abstract IEnumerable<StoredContent> Contents(Func<int, bool> isWanted);

    /// <summary>The failure of an archive that cannot be read to its end.</summary>
    protected DataFileException Damaged(Exception? failure = null) =>
        new(Path, $"The archive '{Path}' is damaged or was cut short; replace it with a whole copy.", failure);

    /// <summary>The failure of a file or folder that may not be read.</summary>
    protected static DataFileException Unreadable(string path, Exception failure) => new(path, $"'{path}' cannot be read; name pictures that you may read.", failure);

    /// <summary>Why a file is not read: its name leads out of the archive, or it is too large. Null if nothing is wrong.</summary>
    protected static string? FaultOf(string name, long size) =>
        System.IO.Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..") ? "has a name that leads out of the archive"
        : size > ImageFile.MaxFileBytes ? $"is {size / 1e6:N0} MB, and at most {ImageFile.MaxFileBytes / 1e6:N0} MB are read"
        : null;

    /// <summary>Reads <paramref name="size"/> bytes and no more: compressed content may be far longer than its entry states.</summary>
    protected static byte[] ReadAll(Stream content, long size)
    {
        var bytes = new byte[size];
        content.ReadExactly(bytes);
        return bytes;
    }

    private static ArchiveKind KindOf(string path)
    {
        const int TarMagic = 257;
        var start = new byte[512];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return start switch
            {
                [(byte)'P', (byte)'K', 3 or 5, ..] => ArchiveKind.Zip,
                [0x1F, 0x8B, ..] => ArchiveKind.CompressedTar,
                _ when start.AsSpan(TarMagic).StartsWith("ustar"u8) => ArchiveKind.Tar,

                // The oldest tar files have no magic number, and an empty file has nothing.
                _ when length == start.Length && path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) => ArchiveKind.Tar,
                _ => ArchiveKind.None,
            };
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"There is no file or folder '{path}'; check the name.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, failure);
        }
    }

    private enum ArchiveKind
    {
        None,
        Zip,
        Tar,
        CompressedTar,
    }
}
