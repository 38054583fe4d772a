using System.Globalization;

namespace NeuralCore.Files;

/// <summary>
/// A folder with the checkpoints of one training, each in a file of its own that is named by the steps taken:
/// <c>checkpoint-00000329.safetensors</c>. Files of other names are left alone.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";
    private const string LockName = ".lock";

    private readonly string _path;
    private readonly FileStream _lock;

    private CheckpointFolder(string path, FileStream held) => (_path, _lock) = (path, held);

    /// <summary>
    /// Opens a folder, and makes it if it does not exist. It cannot be opened again until it is disposed of. What programs that were
    /// killed have left half-written is removed.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="bytes">The room a checkpoint will need.</param>
    /// <exception cref="FileWriteException">The folder cannot be made or written to, or another program has it open.</exception>
    public static CheckpointFolder Open(string path, long bytes)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FileWriteException(path, $"The folder '{path}' cannot be made; choose another place for the checkpoints.", failure);
        }

        AtomicFile.EnsureWritable(Path.Combine(path, Prefix + Extension), bytes);
        try
        {
            var held = new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            AtomicFile.RemoveLeftovers(Path.Combine(path, $"{Prefix}*{Extension}"), TimeSpan.Zero);
            return new CheckpointFolder(path, held);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(path, $"The folder '{path}' is in use by another training; wait for its end, or choose another folder.", failure);
        }
    }

    /// <summary>The path of the checkpoint after a number of steps, whether it exists or not.</summary>
    public string FileAfter(long steps) => Path.Combine(_path, NameAfter(steps));

    /// <summary>The steps of all checkpoints, whole or not, the newest first.</summary>
    public long[] Steps() =>
    [
        .. Directory.EnumerateFiles(_path, $"{Prefix}*{Extension}")
            .Select(file => Path.GetFileName(file))
            .Select(name => (Name: name, IsNumber: long.TryParse(name.AsSpan()[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long steps), Steps: steps))
            .Where(file => file.IsNumber && file.Name == NameAfter(file.Steps))
            .Select(file => file.Steps)
            .OrderDescending(),
    ];

    /// <summary>Removes the older ones of the checkpoints up to one that has just been written.</summary>
    /// <param name="written">The steps of that one. Newer files are damaged, and left for people to look at until they are replaced.</param>
    /// <param name="keep">How many stay, that one included; at least 1.</param>
    /// <param name="best">The steps of one that stays whatever its age; null for none.</param>
    public void Prune(long written, int keep, long? best)
    {
        foreach (long steps in Steps().Where(steps => steps <= written).Skip(keep).Where(steps => steps != best))
        {
            try
            {
                File.Delete(FileAfter(steps));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // One file too many does no harm; when the disk fills up, the next save says so.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string NameAfter(long steps) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{steps:D8}{Extension}");
}
