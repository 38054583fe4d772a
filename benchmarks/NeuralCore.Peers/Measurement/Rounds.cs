using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Peers.Contestants;
using NeuralCore.Simd;

namespace NeuralCore.Peers.Measurement;

/// <summary>
/// Lets contestants take turns, so that each ratio is of measurements of the same seconds, and measures the machine itself
/// before each round: a virtual machine's two processors may be one core for a while, and then the peak says so.
/// </summary>
internal sealed class Rounds(int count, TextWriter output)
{
    /// <summary>Long enough for a library's threads to stop waiting awake.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The FMA peaks that were measured, in GFLOP/s, by number of threads.</summary>
    public SortedDictionary<int, List<double>> Peaks { get; } = [];

    /// <summary>Runs the rounds of a job; each contestant has had a turn before the first one counts.</summary>
    /// <param name="job">The job and its unit.</param>
    /// <param name="threads">The threads of each contestant.</param>
    /// <param name="moreIsBetter">Whether the figures are rates, and not times.</param>
    /// <param name="contestants">Who takes part, NeuralCore first.</param>
    /// <param name="turn">One turn: returns its figure.</param>
    public Row Run<T>(string job, int threads, bool moreIsBetter, IReadOnlyList<T> contestants, Func<T, double> turn)
        where T : IContestant
    {
        output.WriteLine($"{job}, {threads} {(threads == 1 ? "thread" : "threads")}: {string.Join("; ", contestants.Select(c => c.Name))}");
        foreach (T contestant in contestants)
        {
            turn(contestant);
        }

        var row = new Row(job, threads, moreIsBetter, [.. contestants.Select(c => c.Name)], [.. contestants.Select(_ => new double[count])]);
        for (int round = 0; round < count; round++)
        {
            string peaks = string.Join(" and ", new[] { 1, Environment.ProcessorCount }.Distinct().Select(Peak));
            for (int i = 0; i < contestants.Count; i++)
            {
                int next = (round + i) % contestants.Count;
                Thread.Sleep(Pause);
                row.Figures[next][round] = turn(contestants[next]);
            }

            output.WriteLine($"  {string.Join(" ", row.Figures.Select(figures => $"{figures[round],9:N0}"))}   peak {peaks} GFLOP/s");
        }

        return row;
    }

    private string Peak(int threads)
    {
        double peak = FmaPeak.Measure(threads, SimdWidth.Auto);
        if (!Peaks.TryGetValue(threads, out List<double>? all))
        {
            Peaks.Add(threads, all = []);
        }

        all.Add(peak);
        return $"{peak:F0} ({threads} {(threads == 1 ? "thread" : "threads")})";
    }
}
