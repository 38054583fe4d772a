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

    /// <summary>The least seconds of a piece of work.</summary>
    public double this[string name] => _least[name];

    /// <summary>Adds a piece of work; it is run once, untimed, so that it is compiled and its memory touched.</summary>
    public Stopwatches Add(string name, Action work)
    {
        work();
        _entries.Add((name, work));
        return this;
    }

    /// <summary>Times all pieces in turns, at least <paramref name="rounds"/> times, and until <paramref name="enough"/> or the seconds are over.</summary>
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
