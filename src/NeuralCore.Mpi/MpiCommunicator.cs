using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NeuralCore.Mpi;

/// <summary>
/// The processes that MPI has started together. Open MPI and MPICH are loaded when they have started this process, and not otherwise. One thread at a time may use
/// it, that which called <see cref="Join"/>.
/// </summary>
public sealed unsafe class MpiCommunicator : Communicator
{
    /// <summary>How long a rank waits for another one in a training, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(12);

    private const int OfTraining = 1, OfMeeting = 2;
    private const int MostBytes = 1 << 30;

    /// <summary>A rank whose partners are about to answer looks again at once; later it lets others compute, and then it sleeps.</summary>
    private static readonly TimeSpan Eager = TimeSpan.FromMicroseconds(50), Awake = TimeSpan.FromMilliseconds(20);

    private readonly MpiLibrary _library;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _hurry;
    private readonly CancellationToken _hurries;
    private byte* _requests;
    private int _room;
    private bool _hasLeft;

    private MpiCommunicator(MpiLibrary library, TimeSpan patience, CancellationToken hurries)
    {
        (_library, _patience, _hurries) = (library, patience, hurries);

        // Open MPI asks the others to end when one rank has ended, and kills them after this time; a second by default.
        string? kills = Environment.GetEnvironmentVariable("OMPI_MCA_odls_base_sigkill_timeout");
        _hurry = TimeSpan.FromSeconds(0.6 * (double.TryParse(kills, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 ? seconds : 1));
    }

    /// <inheritdoc/>
    public override int Rank => _library.Rank;

    /// <inheritdoc/>
    public override int Size => _library.Size;

    /// <summary>Joins the processes that were started together with this one.</summary>
    /// <param name="patience">How long to wait for another rank before it counts as ended; <see cref="DefaultPatience"/> if null.</param>
    /// <param name="hurries">Is cancelled when this process is asked to end: then there is only a moment left to wait for others.</param>
    /// <returns>Null where no launcher has started the process, or it has started one alone: then nothing of MPI is loaded.</returns>
    /// <exception cref="RankException">The library of the launcher is not there, or this is not Linux.</exception>
    public static MpiCommunicator? Join(TimeSpan? patience = null, CancellationToken hurries = default)
    {
        if (MpiLauncher.Find(Environment.GetEnvironmentVariable) is not { Size: > 1 } launcher)
        {
            return null;
        }

        return OperatingSystem.IsLinux()
            ? new MpiCommunicator(new MpiLibrary(launcher), patience ?? DefaultPatience, hurries)
            : throw new RankException("Several processes train together on Linux alone; start one.");
    }

    /// <summary>Waits until all ranks are done and call this, too, and leaves MPI then.</summary>
    /// <param name="patience">How long to wait for them; null for as long as it takes.</param>
    /// <returns>Whether all have come; where not, this process should end with an exit code other than 0, and the launcher ends the others.</returns>
    public bool Part(TimeSpan? patience = null)
    {
        Span<byte> hands = stackalloc byte[2];
        Span<RankMessage> sends = stackalloc RankMessage[Size - 1], receives = stackalloc RankMessage[Size - 1];
        fixed (byte* at = hands)
        {
            for (int k = 1; k < Size; k++)
            {
                sends[k - 1] = new RankMessage((Rank + k) % Size, (nint)at, 1);
                receives[k - 1] = new RankMessage((Rank + Size - k) % Size, (nint)(at + 1), 1);
            }

            try
            {
                Exchange(sends, receives, OfMeeting, patience ?? Timeout.InfiniteTimeSpan);
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

    internal override void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives) => Exchange(sends, receives, OfTraining, Patience ?? _patience);

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
        long start = Stopwatch.GetTimestamp(), hurriedSince = 0;
        while (!_library.AreDone(_requests, count))
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > Awake)
            {
                Thread.Sleep(1);
            }
            else if (waited > Eager)
            {
                Thread.Yield();
            }

            if (hurriedSince == 0 && tag == OfTraining && _hurries.IsCancellationRequested)
            {
                hurriedSince = Stopwatch.GetTimestamp();
            }

            if ((patience != Timeout.InfiniteTimeSpan && waited > patience) || (hurriedSince != 0 && Stopwatch.GetElapsedTime(hurriedSince) > _hurry))
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
