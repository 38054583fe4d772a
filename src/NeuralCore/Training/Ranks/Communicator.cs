namespace NeuralCore;

/// <summary>
/// The processes that train one model together, their ranks counted from 0, and the way of bytes between them. NeuralCore.Mpi makes one for programs that MPI
/// has started; it is given to <see cref="FitOptions.Ranks"/>.
/// </summary>
/// <remarks>
/// All ranks have to call the same methods in the same order. What is summed over ranks is never left to the library behind: the engine adds in an order of its
/// own, so that the bits do not depend on the number of ranks.
/// </remarks>
public abstract class Communicator : IDisposable
{
    /// <summary>The number of this process, from 0 to <see cref="Size"/> - 1.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes.</summary>
    public abstract int Size { get; }

    /// <summary>How long to wait for another rank; null for as long as usual.</summary>
    internal TimeSpan? Patience { get; set; }

    /// <summary>Leaves the others. What they still wait for does not come.</summary>
    public abstract void Dispose();

    /// <summary>Sends and receives at the same time, and returns when all is done. Two messages between the same ranks arrive in the order in which they are listed.</summary>
    /// <param name="sends">What goes out, with the rank that it goes to.</param>
    /// <param name="receives">Where what comes in goes, with the rank that it comes from.</param>
    /// <exception cref="RankException">A rank does not answer.</exception>
    internal abstract void Exchange(ReadOnlySpan<RankMessage> sends, ReadOnlySpan<RankMessage> receives);

    /// <summary>Gives each rank what all have: the part of rank r lies from <paramref name="firsts"/>[r] to firsts[r + 1], and each has written its own.</summary>
    /// <exception cref="RankException">A rank does not answer.</exception>
    internal unsafe void AllGather<T>(Span<T> all, ReadOnlySpan<int> firsts)
        where T : unmanaged
    {
        // A message to each of some dozens of ranks: few enough for the stack.
        Span<RankMessage> sends = stackalloc RankMessage[Size - 1], receives = stackalloc RankMessage[Size - 1];
        fixed (T* at = all)
        {
            for (int k = 1; k < Size; k++)
            {
                // Each begins with another neighbour, so that not all send to the same one.
                int to = (Rank + k) % Size, from = (Rank + Size - k) % Size;
                sends[k - 1] = Part(at, firsts, to, Rank);
                receives[k - 1] = Part(at, firsts, from, from);
            }

            Exchange(sends, receives);
        }

        static RankMessage Part(T* at, ReadOnlySpan<int> firsts, int other, int part) =>
            new(other, (nint)(at + firsts[part]), (long)(firsts[part + 1] - firsts[part]) * sizeof(T));
    }
}

/// <summary>Bytes on their way between two ranks.</summary>
/// <param name="Rank">The other rank.</param>
/// <param name="Address">Where they lie, or are to lie.</param>
/// <param name="Bytes">How many; none are not sent.</param>
internal readonly record struct RankMessage(int Rank, nint Address, long Bytes);

/// <summary>The processes that train one model cannot go on together: one of them has ended or does not answer, or they were not started alike.</summary>
/// <param name="message">One sentence.</param>
public sealed class RankException(string message) : Exception(message);
