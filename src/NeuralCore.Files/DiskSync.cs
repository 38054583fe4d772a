using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NeuralCore.Files;

/// <summary>Forces what was written to the disk, and says so when that fails.</summary>
/// <remarks>
/// On Unix, .NET 10 calls fsync in <see cref="FileStream.Flush(bool)"/> and drops its answer, with which a broken or full disk
/// reports that bytes it had taken are lost; and it has no call at all for folders. So fsync is called here. In a browser files lie in
/// memory, and there is nothing to call.
/// </remarks>
internal static class DiskSync
{
    /// <summary>Forces a file's contents to the disk.</summary>
    /// <exception cref="IOException">They may not be there.</exception>
    public static void Flush(FileStream stream)
    {
        // An error is told once. On Linux that has to be to the call below; elsewhere the runtime's own call does more than fsync.
        stream.Flush(flushToDisk: !OperatingSystem.IsLinux());
        if (!OperatingSystem.IsWindows() && !OperatingSystem.IsBrowser())
        {
            Sync(stream.SafeFileHandle);
        }
    }

    /// <summary>Forces a folder's entries to the disk: the new name of a file.</summary>
    /// <exception cref="IOException">They may not be there.</exception>
    public static void FlushFolder(string folder)
    {
        // Windows keeps its folders in a journal, and opens none as a file.
        if (OperatingSystem.IsWindows() || OperatingSystem.IsBrowser())
        {
            return;
        }

        const int ReadOnly = 0;
        using SafeFileHandle handle = Open(folder, ReadOnly);

        // A folder may be written to without being read; then it cannot be flushed, and that is no failure of the disk.
        if (!handle.IsInvalid)
        {
            Sync(handle);
        }
    }

    private static void Sync(SafeFileHandle handle)
    {
        // Some network and read-only file systems have no such call. Whatever else goes wrong is the disk.
        const int Interrupted = 4, InvalidCall = 22, ReadOnlySystem = 30, NotSupported = 95, NotSupportedOnMac = 45;
        int error;
        do
        {
            error = Fsync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);

        if (error is not (0 or InvalidCall or ReadOnlySystem or NotSupported or NotSupportedOnMac))
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(SafeFileHandle descriptor);
}
