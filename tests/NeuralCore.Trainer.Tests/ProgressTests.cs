using FsCheck;
using FsCheck.Xunit;
using NeuralCore.Trainer.Commands;
using NeuralCore.Trainer.Output;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class ProgressTests
{
    private static readonly EpochResult Epoch = new(1, 0.23124, 0.9304, 0.0612, 0.9817, 4321.4, 9000, 9.7);

    [Fact]
    public void An_epoch_is_one_line_where_there_is_room() => Assert.Equal(
        "Epoch 1/10  loss 0.2312  acc 0.9304  val_loss 0.0612  val_acc 0.9817  4,321 img/s  9.7s", EpochLine.Format(Epoch, 10, 100));

    [Fact]
    public void On_eighty_columns_the_throughput_makes_room() => Assert.Equal(
        "Epoch 1/10  loss 0.2312  acc 0.9304  val_loss 0.0612  val_acc 0.9817  9.7s", EpochLine.Format(Epoch, 10, 80));

    [Fact]
    public void On_forty_columns_an_epoch_takes_more_lines() => Assert.Equal(
        ["Epoch 1/10  loss 0.2312  acc 0.9304", "  val_loss 0.0612  val_acc 0.9817  9.7s", "  4,321 img/s"],
        EpochLine.Format(Epoch, 10, 40).Split(Environment.NewLine));

    [Theory]
    [InlineData(0.04, "0.0s")]
    [InlineData(9.71, "9.7s")]
    [InlineData(59.96, "1:00")]
    [InlineData(83, "1:23")]
    [InlineData(3599.9, "1:00:00")]
    [InlineData(7384, "2:03:04")]
    [InlineData(double.PositiveInfinity, "99:59:59")]
    public void Times_are_short(double seconds, string text) => Assert.Equal(text, EpochLine.Duration(seconds));

    [Property]
    public void The_progress_line_always_fits(PositiveInt width, PositiveInt steps, NonNegativeInt done, bool validating, NormalFloat loss)
    {
        int step = 1 + (done.Get % steps.Get);
        var progress = new StepProgress(9, step, steps.Get, step * 128, loss.Get, 0.5, TimeSpan.FromSeconds(step));
        int columns = 20 + width.Get;
        ProgressLine line = ProgressLine.Layout(progress, 10, 100, validating, columns);
        Assert.InRange(line.Length, 1, columns - 3);
        Assert.True(line.Filled >= 0 && line.Empty >= 0);
    }

    [Fact]
    public void A_finished_epoch_fills_the_bar()
    {
        ProgressLine line = ProgressLine.Layout(new StepProgress(1, 5, 5, 640, 0.1, 0.5, TimeSpan.FromSeconds(1)), 10, 0, validating: true, 100);
        Assert.Equal(0, line.Empty);
        Assert.Contains("validating", line.After);
    }

    [Fact]
    public void Wide_screens_show_everything()
    {
        ProgressLine line = ProgressLine.Layout(new StepProgress(3, 5, 10, 640, 0.05123, 0.98411, TimeSpan.FromSeconds(0.5)), 10, 92, validating: false, 120);
        Assert.Equal("Epoch 3/10 ", line.Before);
        Assert.Equal("  50%  loss 0.0512  acc 0.9841  1,280 img/s  1:32 to the end", line.After);
        Assert.Equal(line.Filled, line.Empty);
    }

    [Fact]
    public void Steps_between_two_frames_allocate_nothing()
    {
        using var renderer = new LiveRenderer(new Screen(TextWriter.Null, isTerminal: true, colors: true, () => 80));
        var watcher = new TrainingWatcher(renderer, TrainingRecipe.Default);
        watcher.OnEpochBegin(1, 10, 1_000_000);
        long fewest = long.MaxValue;
        for (int trial = 0; trial < 20; trial++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 1; step <= 100; step++)
            {
                watcher.OnStepEnd(new StepProgress(1, step, 1_000_000, step, 0.5, 0.5, TimeSpan.FromSeconds(step)));
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Some of the trials see a frame, most do not.
        Assert.Equal(0, fewest);
    }

    [Fact]
    public void The_time_left_does_not_begin_with_the_time_that_compiling_takes()
    {
        // A first second of 2 steps, then 100 steps a second: 10 epochs of 100 steps take 10 seconds more.
        var remaining = new RemainingTime();
        Assert.Null(remaining.Estimate(0.5, 0.01, 10));
        Assert.Null(remaining.Estimate(1, 0.02, 10));
        Assert.Null(remaining.Estimate(1.5, 0.52, 10));
        Assert.Equal(8.98, remaining.Estimate(2, 1.02, 10)!.Value, 10);
        Assert.Equal(0.98, remaining.Estimate(10, 9.02, 10)!.Value, 10);
    }
}
