using System.Diagnostics;

namespace NeuralCore.Threading;

/// <summary>
/// Whether a short job is done sooner by all threads or by the caller alone, found out by trying both. It is not the job alone that
/// decides: handing over takes a fifth of a microsecond between two idle cores, and two threads are slower than one where their processors
/// are the halves of one core, as those of a virtual machine are at times. Which thread does a chunk shows in no result, so the
/// choice is free.
/// <code>
/// run    0 1 2 3 4 5 6 7   8 9 .. 15    16 ........................ 511   0 ..
/// way    the other one     the present  whichever took less               the other one
/// timed          x x x x         x x x
/// </code>
/// The first half of either trial is not timed, since threads may have to wake up, and the slowest of the timed runs does not count. A long
/// job always has all threads, and is never tried.
/// </summary>
internal struct JobTrial
{
    private const int Trial = 8;
    private const int Untimed = 4;
    private const int Cycle = 512;

    /// <summary>The other way has to save a twentieth, so that equal ways do not keep changing places.</summary>
    private const double Gain = 0.95;

    /// <summary>A job that all threads together have not once done in less, a fifth of a millisecond, is worth any handing over.</summary>
    private static readonly long LongTicks = Stopwatch.Frequency / 5000;

    private int _run;
    private bool _alone;
    private Timing _other;
    private Timing _present;
    private long _fastestTogether = long.MaxValue;

    /// <summary>The trial of a job that never ran: all threads do it once, to see how long it is.</summary>
    public JobTrial() => _run = Cycle - 1;

    /// <summary>Whether the caller should do the next run alone.</summary>
    public readonly bool Alone => _run < Trial ? !_alone : _alone;

    /// <summary>Takes down how long that run took, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Took(long ticks)
    {
        if (!Alone)
        {
            _fastestTogether = Math.Min(_fastestTogether, ticks);
        }

        switch (_run)
        {
            case >= Untimed and < Trial:
                _other.Add(ticks);
                break;
            case >= Trial + Untimed and < 2 * Trial:
                _present.Add(ticks);
                break;
        }

        _run = (_run + 1) % Cycle;
        if (_run == 0 && !_alone && _fastestTogether > LongTicks)
        {
            Settle(alone: false);
        }
        else if (_run == 2 * Trial)
        {
            Settle(_other.WithoutSlowest < Gain * _present.WithoutSlowest ? !_alone : _alone);
        }
    }

    /// <summary>Goes this way until the next trial.</summary>
    private void Settle(bool alone)
    {
        _alone = alone;
        _run = 2 * Trial;
        (_other, _present, _fastestTogether) = (default, default, long.MaxValue);
    }

    /// <summary>What some runs took together.</summary>
    private struct Timing
    {
        private long _sum;
        private long _slowest;

        public readonly long WithoutSlowest => _sum - _slowest;

        public void Add(long ticks)
        {
            _sum += ticks;
            _slowest = Math.Max(_slowest, ticks);
        }
    }
}
