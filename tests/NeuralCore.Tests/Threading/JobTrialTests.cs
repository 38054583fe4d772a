using System.Diagnostics;
using NeuralCore.Threading;
using Xunit;

namespace NeuralCore.Tests.Threading;

/// <summary>What the choice between one thread and all of them comes to for jobs whose times are made up.</summary>
public sealed class JobTrialTests
{
    private const int Runs = 3000;

    [Theory]
    [InlineData(20, 40, true)]
    [InlineData(40, 20, false)]
    public void The_faster_way_is_taken_almost_always(int aloneMicroseconds, int togetherMicroseconds, bool alone)
    {
        var trial = new JobTrial();
        Assert.InRange(Share(ref trial, alone, aloneMicroseconds, togetherMicroseconds), 0.98, 1);
    }

    [Fact]
    public void What_is_faster_may_change()
    {
        var trial = new JobTrial();
        Share(ref trial, alone: true, 20, 40);
        Share(ref trial, alone: true, 40, 20);
        Assert.InRange(Share(ref trial, alone: true, 40, 20), 0, 0.02);
        Share(ref trial, alone: true, 20, 40);
        Assert.InRange(Share(ref trial, alone: true, 20, 40), 0.98, 1);
    }

    [Fact]
    public void Ways_that_are_equal_do_not_change_places()
    {
        var trial = new JobTrial();
        Assert.InRange(Share(ref trial, alone: true, 100, 100), 0, 0.02);
    }

    [Fact]
    public void One_slow_run_decides_nothing()
    {
        var trial = new JobTrial();
        int alone = 0;
        for (int run = 0; run < Runs; run++)
        {
            alone += trial.Alone ? 1 : 0;
            trial.Took(Ticks(run % 5 == 0 ? 150 : trial.Alone ? 40 : 20));
        }

        Assert.InRange(alone, 0, Runs / 50);
    }

    [Fact]
    public void Threads_that_are_slow_and_at_times_very_slow_are_not_taken_for_a_long_job()
    {
        var trial = new JobTrial();
        int alone = 0;
        for (int run = 0; run < Runs; run++)
        {
            alone += trial.Alone ? 1 : 0;
            trial.Took(Ticks(trial.Alone ? 20 : run % 4 == 1 ? 300 : 40));
        }

        Assert.InRange(alone, 0.95 * Runs, Runs);
    }

    [Fact]
    public void A_long_job_is_never_done_alone()
    {
        var trial = new JobTrial();
        Assert.Equal(0, Share(ref trial, alone: true, 100, 300));
    }

    /// <summary>The part of many runs that went one way, if those of each way take so long.</summary>
    private static double Share(ref JobTrial trial, bool alone, int aloneMicroseconds, int togetherMicroseconds)
    {
        int count = 0;
        for (int run = 0; run < Runs; run++)
        {
            count += trial.Alone == alone ? 1 : 0;
            trial.Took(Ticks(trial.Alone ? aloneMicroseconds : togetherMicroseconds));
        }

        return (double)count / Runs;
    }

    private static long Ticks(int microseconds) => microseconds * Stopwatch.Frequency / 1_000_000;
}
