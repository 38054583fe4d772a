using System.IO.Compression;
using NeuralCore.Data;

namespace NeuralCore.Imaging.Datasets;

/// <summary>Pictures in a zip archive.</summary>
internal sealed class ZipStore(string path) : PictureStore(path)
{
    // The upper half of the attributes is the file mode of Unix, whose upper four bits are the kind.
    private const int ModeShift = 16, KindMask = 0xF000, SymbolicLink = 0xA000;

    /// <inheritdoc/>
    public override IEnumerable<StoredFile> List()
    {
        using ZipArchive archive = Open();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            bool isLink = ((entry.ExternalAttributes >> ModeShift) & KindMask) == SymbolicLink;
            yield return new StoredFile(entry.FullName.Replace('\\', '/'), entry.Length, isLink ? LinkFault : FaultOf(entry.FullName, entry.Length));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredContent> Contents(Func<int, bool> isWanted)
    {
        using ZipArchive archive = Open();
        for (int i = 0; i < archive.Entries.Count; i++)
        {
            if (isWanted(i))
            {
                yield return Read(archive.Entries[i], i);
            }
        }
    }

    /// <summary>Reads a file now, since an archive is for one thread; what is wrong with that file alone is said where it is asked for.</summary>
    private StoredContent Read(ZipArchiveEntry entry, int position)
    {
        try
        {
            using Stream content = entry.Open();
            byte[] bytes = ReadAll(content, entry.Length);
            return new StoredContent(position, () => bytes);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or NotSupportedException)
        {
            return new StoredContent(position, () => throw new DataFileException(Path, $"The file '{entry.FullName}' is damaged or encrypted; replace it with a whole copy.", failure));
        }
    }

    private ZipArchive Open()
    {
        try
        {
            ZipArchive archive = ZipFile.OpenRead(Path);
            try
            {
                // The directory at the end is read when it is first asked for.
                _ = archive.Entries.Count;
                return archive;
            }
            catch
            {
                archive.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException failure)
        {
            throw Unreadable(Path, failure);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or NotSupportedException)
        {
            throw Damaged(failure);
        }
    }
}
