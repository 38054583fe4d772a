using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Learning rates that change over a training.</summary>
public sealed class RateScheduleTests
{
    public static TheoryData<string> Schedules => ["cosine", "one-cycle"];

    [Fact]
    public void The_cosine_falls_from_the_first_rate_to_a_hundredth_of_it_and_is_halfway_in_the_middle()
    {
        Assert.Equal(0.001, CosineDecay.Rate(0.001, 0, 80));
        Assert.Equal(0.001 * 1.01 / 2, CosineDecay.Rate(0.001, 40, 80), 1e-15);
        Assert.Equal(0.00001, CosineDecay.Rate(0.001, 80, 80), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 81).Select(step => CosineDecay.Rate(0.001, step, 80))];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void One_cycle_rises_from_a_25th_to_the_peak_and_falls_to_nothing()
    {
        // Of 100 steps number 29, counted from 0, is the last of the first 30 %, and number 99 the last of all.
        Assert.Equal(0.01 / 25, OneCycle.Rate(0.01, 0, 100), 1e-15);
        Assert.Equal(0.01, OneCycle.Rate(0.01, 29, 100), 1e-15);
        Assert.Equal(0.01 / 250_000, OneCycle.Rate(0.01, 99, 100), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 100).Select(step => OneCycle.Rate(0.01, step, 100))];
        Assert.All(rates[..30].Zip(rates[1..30]), pair => Assert.True(pair.First < pair.Second));
        Assert.All(rates[29..].Zip(rates[30..]), pair => Assert.True(pair.First > pair.Second));

        // A cosine is halfway in the middle.
        Assert.Equal((0.01 + (0.01 / 250_000)) / 2, OneCycle.Rate(0.01, 64, 100), 1e-15);
    }

    [Fact]
    public void One_cycle_stays_between_its_ends_however_short_the_training()
    {
        for (int total = 1; total <= 50; total++)
        {
            for (int done = 0; done <= total; done++)
            {
                Assert.InRange(OneCycle.Rate(1, done, total), 0.999 / 250_000, 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Every_step_of_a_training_has_its_rate_and_afterwards_it_is_as_it_was(string name)
    {
        var optimizer = new Adam(0.01);
        var log = new RateLog(optimizer);
        Train(optimizer, [log, Schedule(name, optimizer)]);
        Assert.Equal(Enumerable.Range(0, 15).Select(step => Rate(name, 0.01, step, 15)), log.Rates);
        Assert.Equal(0.01, optimizer.LearningRate);
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_resumed_training_goes_on_with_the_rate_of_its_step(string name)
    {
        var optimizer = new Adam(0.01);
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(optimizer);
        var moment = model.NewCheckpoint();
        var log = new RateLog(optimizer) { CaptureAfter = 7, Moment = moment };
        Train(optimizer, [Schedule(name, optimizer), log], model);
        string hash = model.WeightsSha256();

        model.Compile(optimizer);
        model.Fit(TestNetworks.Bars(50, 1), epochs: 3, batchSize: 10, callbacks: [Schedule(name, optimizer)], options: new FitOptions { ResumeFrom = moment });
        Assert.Equal(hash, model.WeightsSha256());
    }

    private static Callback Schedule(string name, Adam optimizer) => name == "cosine" ? new CosineDecay(optimizer) : new OneCycle(optimizer);

    private static double Rate(string name, double rate, long done, long total) =>
        name == "cosine" ? CosineDecay.Rate(rate, done, total) : OneCycle.Rate(rate, done, total);

    private static void Train(Adam optimizer, Callback[] callbacks, Sequential? compiled = null)
    {
        using var own = new Sequential(TestNetworks.Small);
        if (compiled is null)
        {
            own.Compile(optimizer);
        }

        (compiled ?? own).Fit(TestNetworks.Bars(50, 1), epochs: 3, batchSize: 10, callbacks: callbacks);
    }
}
