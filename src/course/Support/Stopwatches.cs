using System.Diagnostics;

namespace NeuralCore.Course;

/// <summary>
/// Times several pieces of work in turns and keeps the least time of each. In turns, because a processor's clock changes from second to
/// second: what is compared has to be measured side by side. The least time, because whatever disturbs a measurement makes it longer.
/// </summary>
public sealed class Stopwatches
{
    private readonly List<(string Name, Action Work)> _entries = [];
    private readonly Dictionary<string, double> _least = [], _most = [];
    private double _wall, _processor;

    /// <summary>What disturbed the measurement; null if nothing did.</summary>
    public string? Disturbed
    {
        get
        {
            double spread = _least.Keys.Select(name => _most[name] / _least[name]).DefaultIfEmpty(1).Min();
            return _processor < 0.93 * _wall ? "other programs were running"
                : spread > 1.15 ? "the same work took now more, now less time"
                : null;
        }
    }

    /// <summary>The least time of a piece of work, in seconds.</summary>
    /// <param name="name">The name that it was added by.</param>
    /// <exception cref="KeyNotFoundException">There is no such work, or it has not been timed yet.</exception>
    public double this[string name] => _least[name];

    /// <summary>Adds a piece of work; it is run once, untimed, so that it is compiled and its memory touched.</summary>
    /// <param name="name">The name to ask for its time by.</param>
    /// <param name="work">The work.</param>
    /// <returns>These stopwatches.</returns>
    public Stopwatches Add(string name, Action work)
    {
        work();
        _entries.Add((name, work));
        return this;
    }

    /// <summary>Times all pieces in turns.</summary>
    /// <param name="rounds">How often each is timed at least.</param>
    /// <param name="enough">If given: whether the times are good enough. Timing goes on until they are, or until the seconds are over.</param>
    /// <param name="seconds">How long to go on for <paramref name="enough"/>.</param>
    public void Run(int rounds = 5, Func<Stopwatches, bool>? enough = null, double seconds = 8)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        for (int round = 0; round < rounds || (enough is not null && !enough(this) && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds); round++)
        {
            foreach ((string name, Action work) in _entries)
            {
                long before = Stopwatch.GetTimestamp();
                work();
                double time = Stopwatch.GetElapsedTime(before).TotalSeconds;
                _least[name] = Math.Min(_least.GetValueOrDefault(name, double.MaxValue), time);
                _most[name] = Math.Max(_most.GetValueOrDefault(name), time);
            }
        }

        _wall += Stopwatch.GetElapsedTime(start).TotalSeconds;
        _processor += (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
    }
}
