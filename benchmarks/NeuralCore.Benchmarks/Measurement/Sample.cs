using System.Diagnostics;

namespace NeuralCore.Benchmarks.Measurement;

/// <summary>The time of something short.</summary>
internal static class Sample
{
    /// <summary>The seconds of one run, from as many as fill a time, after one that warms the caches.</summary>
    /// <param name="run">What is timed.</param>
    /// <param name="seconds">The time to fill.</param>
    public static double Of(Action run, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        double first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int runs = Math.Max(1, (int)(seconds / first));
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / runs;
    }
}
