namespace NeuralCore;

/// <summary>
/// The processes that train one model together, numbered by rank from 0, and the transport of bytes between them. NeuralCore.Mpi has the one for programs that
/// MPI starts, and <see cref="FitOptions.Ranks"/> takes it; other programs cannot derive one.
/// </summary>
/// <remarks>
/// All ranks have to train the same models in the same order, each on one thread. The transport adds nothing up: the engine sums in an order of its own, so that
/// the bits do not depend on the number of ranks.
/// </remarks>
public abstract class Communicator : IDisposable
{
    /// <summary>The number of this process, from 0 to <see cref="Size"/> - 1.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    public abstract int Size { get; }

    /// <summary>How long to wait for another rank; null for the default of the transport.</summary>
    internal TimeSpan? Patience { get; private set; }

    /// <summary>Leaves the other ranks, which fail with a <see cref="RankException"/> if they still wait for this one.</summary>
    public abstract void Dispose();

    /// <summary>Sends and receives at the same time, and returns when all is done. Two messages between the same ranks arrive in the order in which they are listed.</summary>
    /// <param name="sends">The bytes to send, with the ranks that receive them.</param>
    /// <param name="receives">The memory that receives bytes, with the ranks that send them.</param>
    /// <exception cref="RankException">A rank does not answer.</exception>
    internal abstract void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives);

    /// <summary>Gives each rank what all have: the part of rank r lies from <paramref name="firsts"/>[r] to firsts[r + 1], and each has written its own.</summary>
    /// <exception cref="RankException">A rank does not answer.</exception>
    internal unsafe void AllGather<T>(Span<T> all, ReadOnlySpan<int> firsts)
        where T : unmanaged
    {
        // A message to each of some dozens of ranks fits on the stack.
        Span<RankMessage> sends = stackalloc RankMessage[Size - 1], receives = stackalloc RankMessage[Size - 1];
        fixed (T* at = all)
        {
            for (int k = 1; k < Size; k++)
            {
                // Each rank begins with its own neighbour, so that not all send to the same rank at once.
                int to = (Rank + k) % Size, from = (Rank + Size - k) % Size;
                sends[k - 1] = Part(at, firsts, to, Rank);
                receives[k - 1] = Part(at, firsts, from, from);
            }

            Exchange(sends, receives);
        }

        static RankMessage Part(T* at, ReadOnlySpan<int> firsts, int other, int part) =>
            new(other, (nint)(at + firsts[part]), (long)(firsts[part + 1] - firsts[part]) * sizeof(T));
    }

    /// <summary>
    /// <see cref="AllGather"/> before the first step, when another rank may still be reading its data or writing the results of an earlier training: waits up to
    /// ten minutes.
    /// </summary>
    /// <exception cref="RankException">A rank does not answer.</exception>
    internal void AllGatherAtStart<T>(Span<T> all, ReadOnlySpan<int> firsts)
        where T : unmanaged
    {
        Patience = TimeSpan.FromMinutes(10);
        AllGather(all, firsts);
        Patience = null;
    }
}

/// <summary>A message between this rank and another one.</summary>
/// <param name="Rank">The other rank.</param>
/// <param name="Address">The memory that is sent, or that receives.</param>
/// <param name="Bytes">Its size; a message of 0 bytes is not sent.</param>
internal readonly record struct RankMessage(int Rank, nint Address, long Bytes);

/// <summary>
/// The processes that train one model cannot go on together: a rank has ended or does not answer, ranks differ in their program, options, data or weights, or the
/// library of their launcher cannot be loaded. The process should end with an exit code other than 0, so that the launcher ends the others.
/// </summary>
/// <param name="message">One sentence: which rank, and what is wrong with it.</param>
public sealed class RankException(string message) : Exception(message);
