using System.Runtime.InteropServices;
using System.Text;

namespace NeuralCore.Mpi;

/// <summary>
/// The functions of Open MPI or MPICH that are needed. One set of signatures serves both: handles are addresses of exported objects in one and 32-bit numbers in
/// the other, which a callee takes from the lower half of the register that an address fills, in the calling conventions of x64 and arm64.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int LoadNowForAll = 0x102;
    private const int Funneled = 1;
    private const int LongestText = 8192;

    private readonly nint _world;
    private readonly nint _byte;
    private readonly void* _statusesIgnore;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int> _send;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int> _receive;
    private readonly delegate* unmanaged[Cdecl]<int, void*, int*, void*, int> _testAll;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, void*, int> _test;
    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorText;

    /// <summary>Loads the library, and joins the processes that were started with this one.</summary>
    /// <param name="launcher">What started them.</param>
    /// <exception cref="RankException">The library is not there, or is not that of the launcher.</exception>
    public MpiLibrary(MpiLauncher launcher)
    {
        // UCX below MPICH would take the signals that the runtime makes exceptions of. Only C's own setenv reaches C.
        SetEnvironment("UCX_ERROR_SIGNALS", "", 0);
        if (DlOpen(launcher.Library, LoadNowForAll) == 0 || !NativeLibrary.TryLoad(launcher.Library, out nint library))
        {
            throw new RankException(
                $"The program was started by MPI, whose library '{launcher.Library}' cannot be loaded; install it, or name its file by the environment variable {MpiLauncher.LibraryVariable}.");
        }

        nint Export(string name) => NativeLibrary.GetExport(library, name);
        _finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        _send = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Isend");
        _receive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Irecv");
        _testAll = (delegate* unmanaged[Cdecl]<int, void*, int*, void*, int>)Export("MPI_Testall");
        _test = (delegate* unmanaged[Cdecl]<void*, int*, void*, int>)Export("MPI_Test");
        _errorText = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");
        nint errorsReturn;
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _world))
        {
            (_byte, errorsReturn, RequestBytes) = (Export("ompi_mpi_byte"), Export("ompi_mpi_errors_return"), sizeof(nint));
        }
        else
        {
            (_world, _byte, errorsReturn, RequestBytes) = (0x44000000, 0x4c00010d, 0x54000001, sizeof(int));
            _statusesIgnore = (void*)1;
        }

        int level, rank, size;
        Check(((delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Export("MPI_Init_thread"))(null, null, Funneled, &level));
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Export("MPI_Comm_set_errhandler"))(_world, errorsReturn));
        Check(((delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_rank"))(_world, &rank));
        Check(((delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_size"))(_world, &size));
        (Rank, Size) = (rank, size);
        if (size != launcher.Size)
        {
            throw new RankException(
                $"MPI has started {launcher.Size} processes, and its library '{launcher.Library}' knows {size}: it is that of another MPI; name the right one by the environment variable {MpiLauncher.LibraryVariable}.");
        }
    }

    /// <summary>The number of this process.</summary>
    public int Rank { get; }

    /// <summary>The number of processes.</summary>
    public int Size { get; }

    /// <summary>The bytes of a request, which names something that has been begun.</summary>
    public int RequestBytes { get; }

    /// <summary>Begins to send.</summary>
    public void Send(nint from, int bytes, int to, int tag, byte* request) => Check(_send((void*)from, bytes, _byte, to, tag, _world, request));

    /// <summary>Begins to receive.</summary>
    public void Receive(nint into, int bytes, int from, int tag, byte* request) => Check(_receive((void*)into, bytes, _byte, from, tag, _world, request));

    /// <summary>Whether all that was begun is done.</summary>
    public bool AreDone(byte* requests, int count)
    {
        int done;
        Check(_testAll(count, requests, &done, _statusesIgnore));
        return done != 0;
    }

    /// <summary>Whether something that was begun is done.</summary>
    public bool IsDone(byte* request)
    {
        int done;
        return _test(request, &done, _statusesIgnore) == 0 && done != 0;
    }

    /// <summary>Ends MPI in this process.</summary>
    public void Leave() => Check(_finalize());

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string file, int flags);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private void Check(int code)
    {
        if (code != 0)
        {
            byte* text = stackalloc byte[LongestText];
            int length = 0;
            _ = _errorText(code, text, &length);
            throw new RankException($"A rank has ended or cannot be reached: MPI says '{Encoding.UTF8.GetString(text, length).ReplaceLineEndings(" ").Trim()}'.");
        }
    }
}
