using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;

namespace NeuralCore.Imaging.Datasets;

/// <summary>Pictures in a folder and the folders within it.</summary>
internal sealed class FolderStore(string path) : PictureStore(path)
{
    /// <summary>Folders of pictures are three or four levels deep.</summary>
    private const int DeepestLevel = 8;

    private List<StoredFile>? _files;

    /// <inheritdoc/>
    public override IEnumerable<StoredFile> List() => _files ??= ListAll();

    /// <inheritdoc/>
    public override IEnumerable<StoredContent> Contents(Func<int, bool> isWanted)
    {
        List<StoredFile> files = _files ??= ListAll();
        for (int i = 0; i < files.Count; i++)
        {
            if (isWanted(i))
            {
                string file = System.IO.Path.Combine(Path, files[i].Name);
                yield return new StoredContent(i, () => ReadFile(file));
            }
        }
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return ReadAll(stream, Math.Min(stream.Length, ImageFile.MaxFileBytes));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, failure);
        }
    }

    private List<StoredFile> ListAll()
    {
        var files = new List<StoredFile>();
        List(new DirectoryInfo(Path), "", 0, files);
        return files;
    }

    private static void List(DirectoryInfo folder, string prefix, int level, List<StoredFile> files)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder.FullName, failure);
        }

        foreach (FileSystemInfo entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            string name = prefix + entry.Name;
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                files.Add(new StoredFile(name, 0, LinkFault));
            }
            else if (entry is FileInfo file)
            {
                files.Add(new StoredFile(name, file.Length, FaultOf("", file.Length)));
            }
            else if (level < DeepestLevel)
            {
                files.Add(new StoredFile($"{name}/", 0));
                List((DirectoryInfo)entry, $"{name}/", level + 1, files);
            }
        }
    }
}
