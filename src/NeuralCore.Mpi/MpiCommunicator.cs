using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NeuralCore.Mpi;

/// <summary>
/// The processes that MPI has started together. The library of Open MPI or MPICH is loaded only in a process that its launcher has started. Only the thread that
/// called <see cref="Join"/> may use it.
/// </summary>
public sealed unsafe class MpiCommunicator : Communicator
{
    /// <summary>How long a rank waits for another one in a training, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(12);

    private const int TrainingTag = 1, PartingTag = 2;
    private const int MostBytes = 1 << 30;

    /// <summary>A waiting rank asks again at once for the first time span, then yields the processor, and after the second sleeps in between.</summary>
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50), YieldTime = TimeSpan.FromMilliseconds(20);

    private readonly MpiLibrary _library;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _patienceWhenStopping;
    private readonly CancellationToken _stopping;
    private byte* _requests;
    private int _room;
    private bool _hasLeft;

    private MpiCommunicator(MpiLibrary library, TimeSpan patience, CancellationToken stopping)
    {
        (_library, _patience, _stopping) = (library, patience, stopping);

        // Open MPI asks the others to end when one rank has ended, and kills them after this time; a second by default.
        string? kills = Environment.GetEnvironmentVariable("OMPI_MCA_odls_base_sigkill_timeout");
        _patienceWhenStopping = TimeSpan.FromSeconds(0.6 * (double.TryParse(kills, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 ? seconds : 1));
    }

    /// <inheritdoc/>
    public override int Rank => _library.Rank;

    /// <inheritdoc/>
    public override int Size => _library.Size;

    /// <summary>Joins the processes that were started together with this one.</summary>
    /// <param name="patience">How long to wait for another rank before it counts as ended; <see cref="DefaultPatience"/> if null.</param>
    /// <param name="stopping">
    /// Is cancelled when this process is asked to end. It cancels nothing itself: it shortens how long to wait for others, since the launcher soon kills all.
    /// </param>
    /// <returns>Null where no launcher has started the process, or it has started one alone: then nothing of MPI is loaded.</returns>
    /// <exception cref="RankException">The library of the launcher is not there, or this is not Linux.</exception>
    public static MpiCommunicator? Join(TimeSpan? patience = null, CancellationToken stopping = default)
    {
        if (MpiLauncher.Find(Environment.GetEnvironmentVariable) is not { Size: > 1 } launcher)
        {
            return null;
        }

        return OperatingSystem.IsLinux()
            ? new MpiCommunicator(new MpiLibrary(launcher), patience ?? DefaultPatience, stopping)
            : throw new RankException("Several processes train together on Linux alone; start one.");
    }

    /// <summary>Waits until all ranks have called this, and then leaves MPI: the last call of a process that has not failed.</summary>
    /// <param name="patience">How long to wait for them; null for as long as it takes.</param>
    /// <returns>Whether all have; if not, this process should end with an exit code other than 0, so that the launcher ends the others.</returns>
    public bool Part(TimeSpan? patience = null)
    {
        Span<byte> sentAndReceived = stackalloc byte[2];
        Span<RankMessage> sends = stackalloc RankMessage[Size - 1], receives = stackalloc RankMessage[Size - 1];
        fixed (byte* at = sentAndReceived)
        {
            for (int k = 1; k < Size; k++)
            {
                sends[k - 1] = new RankMessage((Rank + k) % Size, (nint)at, 1);
                receives[k - 1] = new RankMessage((Rank + Size - k) % Size, (nint)(at + 1), 1);
            }

            try
            {
                Exchange(sends, receives, PartingTag, patience ?? Timeout.InfiniteTimeSpan);
                Leave();
                return true;
            }
            catch (RankException)
            {
                return false;
            }
        }
    }

    /// <summary>Gives the memory back. Without <see cref="Part"/> before it the launcher takes the process for one that failed.</summary>
    public override void Dispose()
    {
        NativeMemory.Free(_requests);
        _requests = null;
        _room = 0;
    }

    internal override void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives) => Exchange(sends, receives, TrainingTag, Patience ?? _patience);

    private void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives, int tag, TimeSpan patience)
    {
        Reserve(Pieces(sends) + Pieces(receives));
        int count = 0;
        foreach (RankMessage message in receives)
        {
            Begin(message, tag, isSend: false, ref count);
        }

        foreach (RankMessage message in sends)
        {
            Begin(message, tag, isSend: true, ref count);
        }

        Await(count, tag, sends, receives, patience);
    }

    private void Await(int count, int tag, ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp(), stoppingSince = 0;
        while (!_library.AreDone(_requests, count))
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > YieldTime)
            {
                Thread.Sleep(1);
            }
            else if (waited > SpinTime)
            {
                Thread.Yield();
            }

            if (stoppingSince == 0 && tag == TrainingTag && _stopping.IsCancellationRequested)
            {
                stoppingSince = Stopwatch.GetTimestamp();
            }

            if ((patience != Timeout.InfiniteTimeSpan && waited > patience) || (stoppingSince != 0 && Stopwatch.GetElapsedTime(stoppingSince) > _patienceWhenStopping))
            {
                throw Unanswered(count, sends, receives, waited);
            }
        }
    }

    /// <summary>Names the ranks whose messages are missing.</summary>
    private RankException Unanswered(int count, ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives, TimeSpan waited)
    {
        var missing = new SortedSet<int>();
        int request = 0;
        foreach (RankMessage message in (RankMessage[])[.. receives, .. sends])
        {
            for (long left = message.Bytes; left > 0 && request < count; left -= MostBytes, request++)
            {
                if (!_library.IsDone(_requests + (request * _library.RequestBytes)))
                {
                    missing.Add(message.Rank);
                }
            }
        }

        string ranks = missing.Count == 1 ? $"Rank {missing.Min} has" : $"Ranks {string.Join(", ", missing)} have";
        return new RankException(string.Create(CultureInfo.InvariantCulture, $"{ranks} ended, or did not answer rank {Rank} within {waited.TotalSeconds:0.#} seconds."));
    }

    private void Begin(RankMessage message, int tag, bool isSend, ref int count)
    {
        for (long at = 0; at < message.Bytes; at += MostBytes, count++)
        {
            int bytes = (int)Math.Min(MostBytes, message.Bytes - at);
            byte* request = _requests + (count * _library.RequestBytes);
            if (isSend)
            {
                _library.Send(message.Address + (nint)at, bytes, message.Rank, tag, request);
            }
            else
            {
                _library.Receive(message.Address + (nint)at, bytes, message.Rank, tag, request);
            }
        }
    }

    private static int Pieces(ReadOnlySpan<RankMessage> messages)
    {
        long pieces = 0;
        foreach (RankMessage message in messages)
        {
            pieces += (message.Bytes + MostBytes - 1) / MostBytes;
        }

        return checked((int)pieces);
    }

    private void Reserve(int count)
    {
        if (count > _room)
        {
            _requests = (byte*)NativeMemory.Realloc(_requests, (nuint)(count * _library.RequestBytes));
            _room = count;
        }
    }

    private void Leave()
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            _library.Leave();
        }
    }
}
