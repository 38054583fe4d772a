using System.Runtime.InteropServices;

namespace NeuralCore.Threading;

/// <summary>
/// The chunks of a job that are one thread's, in one atomic word: it takes them from the front, and others, when theirs are done, from
/// the back. Alone on its cache lines, since only at the end of a job does anybody else look at it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct ChunkRange
{
    /// <summary>Upper half: the chunk behind the last. Lower half: the first.</summary>
    [FieldOffset(0)]
    private long _bounds;

    /// <summary>Gives the range these chunks. No thread takes any meanwhile.</summary>
    public void Set(int first, int end) => _bounds = Pack(first, end);

    /// <summary>Takes a chunk, unless there is none left.</summary>
    public bool TryTake(bool fromBack, out int chunk)
    {
        long bounds = Volatile.Read(ref _bounds);
        while (true)
        {
            int first = (int)bounds, end = (int)(bounds >> 32);
            chunk = fromBack ? end - 1 : first;
            if (first >= end)
            {
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _bounds, fromBack ? Pack(first, end - 1) : Pack(first + 1, end), bounds);
            if (seen == bounds)
            {
                return true;
            }

            bounds = seen;
        }
    }

    private static long Pack(int first, int end) => ((long)end << 32) | (uint)first;
}
