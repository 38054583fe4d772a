namespace NeuralCore.Files;

/// <summary>
/// Writes a file whole or not at all: whoever opens it finds the old contents or the new ones, never a part, even when the
/// program or the machine stops half-way.
/// </summary>
/// <remarks>
/// The new contents go to a temporary file in the same folder, are forced to the disk, and take the file's name by a rename,
/// which is one atomic step within a folder. The rename itself is then forced to the disk through the folder. A program that is
/// killed on the way leaves its temporary file; whoever writes to that name an hour later or more removes it.
/// </remarks>
public static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";

    // A save takes seconds. What has not been written to for so long was left by a program that was killed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private const string FullDisk = "the disk is full; free some space, or choose a place on another disk";

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <param name="write">Writes the contents. When it throws, the file stays as it was and no temporary file is left.</param>
    /// <exception cref="FileWriteException">The file cannot be written; the message says why.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        RequireReplaceable(path);
        string target = Resolve(path);
        RemoveLeftovers(target, Abandoned);
        string temporary = TemporaryBeside(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                DiskSync.Flush(stream);
            }

            File.Move(temporary, target, overwrite: true);
            DiskSync.FlushFolder(FolderOf(target));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, failure);
        }
        finally
        {
            TryRemove(temporary);
        }
    }

    /// <summary>
    /// Finds out whether a file could be written, without touching it and without leaving anything behind: for a program that
    /// is about to work for minutes on what goes into it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The room it will need, as far as that is known.</param>
    /// <exception cref="FileWriteException">The file cannot be written; the message says why.</exception>
    public static void EnsureWritable(string path, long bytes = 0)
    {
        RequireReplaceable(path);
        string temporary = TemporaryBeside(Resolve(path));
        try
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, failure);
        }
        finally
        {
            TryRemove(temporary);
        }

        Reserve(path, temporary, bytes);
    }

    /// <summary>Removes the temporary files of saves that never ended.</summary>
    /// <param name="path">The file that they were to replace; its name may have the wildcards * and ?.</param>
    /// <param name="age">How long they have to be untouched; zero is only for when no save can be running.</param>
    internal static void RemoveLeftovers(string path, TimeSpan age)
    {
        try
        {
            DateTime latest = DateTime.UtcNow - age;
            foreach (string leftover in Directory.EnumerateFiles(FolderOf(path), $".{Path.GetFileName(path)}.*{TemporaryExtension}"))
            {
                if (File.GetLastWriteTimeUtc(leftover) <= latest)
                {
                    TryRemove(leftover);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed may still be written to; if not, the save says so.
        }
    }

    /// <summary>The sentence for a file that could not be written, whoever tried.</summary>
    /// <param name="path">The file.</param>
    /// <param name="failure">What the operating system said.</param>
    public static FileWriteException Unwritable(string path, Exception failure)
    {
        // errno ENOSPC where the runtime hands it through, ERROR_DISK_FULL on Windows.
        const int NoSpace = 28, WindowsDiskFull = unchecked((int)0x80070070);

        string folder = FolderOf(path);
        string reason = failure switch
        {
            _ when failure.HResult is NoSpace or WindowsDiskFull => FullDisk,
            DirectoryNotFoundException => $"'{folder}' is not a folder; create it, or choose another place",
            UnauthorizedAccessException or FileNotFoundException => $"you may not write in the folder '{folder}'; choose another place, or ask for the permission",
            _ => $"the system says \"{Complaint(failure)}\"; choose another place",
        };
        return Unwritable(path, reason, failure);
    }

    private static FileWriteException Unwritable(string path, string reason, Exception failure) =>
        new(path, $"The file '{path}' cannot be written, because {reason}.", failure);

    /// <summary>Takes the room of a file for a moment; it could be made, so a failure now means that the disk is full.</summary>
    private static void Reserve(string path, string temporary, long bytes)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = bytes };
            using var stream = new FileStream(temporary, options);
        }
        catch (IOException failure)
        {
            throw Unwritable(path, FullDisk, failure);
        }
        finally
        {
            TryRemove(temporary);
        }
    }

    private static void RequireReplaceable(string path)
    {
        if (Directory.Exists(path) || Path.GetFileName(path).Length == 0)
        {
            throw new FileWriteException(path, $"The file '{path}' cannot be written, because that is the name of a folder; add a file name.");
        }
    }

    /// <summary>The file behind a symbolic link: a rename onto the link would replace the link.</summary>
    private static string Resolve(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, failure);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetPathRoot(path)!;

    private static string TemporaryBeside(string path) =>
        Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}{TemporaryExtension}");

    /// <summary>The system's words, without the temporary file's name that the runtime appends to them.</summary>
    private static string Complaint(Exception failure)
    {
        string message = failure.Message;
        int name = message.IndexOf(" : '", StringComparison.Ordinal);
        return (name < 0 ? message : message[..name]).TrimEnd('.');
    }

    /// <summary>Removes what is left of an attempt; after a success there is nothing by that name.</summary>
    private static void TryRemove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What kept the file from being written keeps this one from being removed too, and is what gets reported.
        }
    }
}
