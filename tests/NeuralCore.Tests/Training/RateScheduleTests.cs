using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Learning rates that change over a training.</summary>
public sealed class RateScheduleTests
{
    public static TheoryData<string> Schedules => ["cosine", "one-cycle"];

    [Fact]
    public void The_cosine_falls_from_the_first_rate_to_a_hundredth_of_it_and_is_halfway_in_the_middle()
    {
        Assert.Equal(0.001, new CosineDecay().Rate(0.001, 0, 80));
        Assert.Equal(0.001 * 1.01 / 2, new CosineDecay().Rate(0.001, 40, 80), 1e-15);
        Assert.Equal(0.00001, new CosineDecay().Rate(0.001, 80, 80), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 81).Select(step => new CosineDecay().Rate(0.001, step, 80))];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void One_cycle_rises_from_a_25th_to_the_peak_and_falls_to_nothing()
    {
        // Of 100 steps number 29, counted from 0, is the last of the first 30 %, and number 99 the last of all.
        Assert.Equal(0.01 / 25, new OneCycle().Rate(0.01, 0, 100), 1e-15);
        Assert.Equal(0.01, new OneCycle().Rate(0.01, 29, 100), 1e-15);
        Assert.Equal(0.01 / 250_000, new OneCycle().Rate(0.01, 99, 100), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 100).Select(step => new OneCycle().Rate(0.01, step, 100))];
        Assert.All(rates[..30].Zip(rates[1..30]), pair => Assert.True(pair.First < pair.Second));
        Assert.All(rates[29..].Zip(rates[30..]), pair => Assert.True(pair.First > pair.Second));

        // A cosine is halfway in the middle.
        Assert.Equal((0.01 + (0.01 / 250_000)) / 2, new OneCycle().Rate(0.01, 64, 100), 1e-15);
    }

    [Fact]
    public void A_triangle_rises_and_falls_in_lines()
    {
        var triangle = new Triangle();
        Assert.Equal(0.2 * 0.2, triangle.Rate(0.2, 0, 100), 1e-15);
        Assert.Equal(0.2, triangle.Rate(0.2, 23, 100), 1e-15);
        Assert.Equal(0.2 * 0.07, triangle.Rate(0.2, 99, 100), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 100).Select(step => triangle.Rate(0.2, step, 100))];
        Assert.All(rates[2..24].Zip(rates[1..23], rates[..22]), rate => Assert.Equal(rate.First - rate.Second, rate.Second - rate.Third, 1e-12));
        Assert.All(rates[25..].Zip(rates[24..]), pair => Assert.True(pair.First < pair.Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Triangle(risingPart: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Triangle(to: 2));
    }

    [Fact]
    public void One_cycle_stays_between_its_ends_however_short_the_training()
    {
        for (int total = 1; total <= 50; total++)
        {
            for (int done = 0; done <= total; done++)
            {
                Assert.InRange(new OneCycle().Rate(1, done, total), 0.999 / 250_000, 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Every_step_of_a_training_has_its_rate_and_afterwards_it_is_as_it_was(string name)
    {
        var optimizer = new Adam(0.01);
        var log = new RateLog(optimizer);
        Train(optimizer, [log, Schedule(name)]);
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
        Train(optimizer, [Schedule(name), log], model);
        string hash = model.WeightsSha256();

        model.Compile(optimizer);
        model.Fit(TestNetworks.Bars(50, 1), epochs: 3, batchSize: 10, callbacks: [Schedule(name)], options: new FitOptions { ResumeFrom = moment });
        Assert.Equal(hash, model.WeightsSha256());
    }

    [Fact]
    public void The_others_are_their_formulas()
    {
        var decay = new ExponentialDecay(0.5, decaySteps: 10);
        Assert.Equal([1, 0.5, 0.25], new[] { 0, 10, 20 }.Select(step => decay.Rate(1, step, 100)));
        Assert.Equal(Math.Sqrt(0.5), decay.Rate(1, 5, 100), 1e-15);
        Assert.Equal([1, 1, 0.5], new[] { 0, 9, 10 }.Select(step => new ExponentialDecay(0.5, 10, staircase: true).Rate(1, step, 100)));
        var pieces = new PiecewiseConstantDecay([10, 30], [0.3, 0.2, 0.1]);
        Assert.Equal([0.3, 0.3, 0.2, 0.2, 0.1], new[] { 0, 10, 11, 30, 31 }.Select(step => pieces.Rate(7, step, 100)));
        var warmup = new Warmup(4, new CosineDecay(), from: 0.2);
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], Enumerable.Range(0, 5).Select(step => Math.Round(warmup.Rate(1, step, 100), 12)));
        Assert.Equal(new CosineDecay().Rate(1, 20, 96), warmup.Rate(1, 24, 100));
        Assert.Equal(1, new Warmup(4).Rate(1, 77, 100));
        Assert.Equal(0.1, new CosineDecay(0.1, decaySteps: 20).Rate(1, 33, 100), 1e-15);
    }

    [Fact]
    public void Numbers_out_of_their_range_are_refused()
    {
        Assert.All<Action>(
            [
                () => new CosineDecay(1.1), () => new CosineDecay(double.NaN), () => new CosineDecay(decaySteps: 0), () => new OneCycle(0), () => new OneCycle(1),
                () => new OneCycle(startDivisor: 0.5), () => new ExponentialDecay(0), () => new ExponentialDecay(1.5), () => new ExponentialDecay(0.5, 0), () => new Warmup(0),
                () => new Warmup(5, from: -1),
            ],
            make => Assert.Throws<ArgumentOutOfRangeException>(make));
        Assert.All<Action>(
            [() => new PiecewiseConstantDecay([1], [1]), () => new PiecewiseConstantDecay([2, 2], [1, 1, 1]), () => new PiecewiseConstantDecay([1], [1, 0])],
            make => Assert.Throws<ArgumentException>(make));
    }

    /// <summary>Any optimiser, a rate that falls to 0, and the rate of before even where the training fails.</summary>
    [Fact]
    public void A_schedule_of_ones_own_drives_any_optimiser()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new SGD(0.01), new RMSprop(0.01), new AdamW(0.01) })
        {
            using var model = new Sequential(TestNetworks.Small);
            model.Compile(optimizer);
            model.Fit(TestNetworks.Bars(50, 1), batchSize: 10);
            string before = model.WeightsSha256();
            var rates = new List<double>();
            model.Fit(TestNetworks.Bars(50, 1), batchSize: 10, callbacks: [new Own(_ => 0), new Watcher { OnStep = _ => rates.Add(optimizer.LearningRate) }]);
            Assert.Equal(before, model.WeightsSha256());
            Assert.All(rates, rate => Assert.Equal(0, rate));
            Assert.Equal(0.01, optimizer.LearningRate);
            var failure = Assert.Throws<InvalidOperationException>(() => model.Fit(TestNetworks.Bars(50, 1), batchSize: 10, callbacks: [new Own(step => step == 3 ? double.NaN : 0.001)]));
            Assert.Equal("The schedule Own gives the learning rate NaN at step 4 of 5, and a learning rate is a number of at least 0.", failure.Message);
            Assert.Equal(0.01, optimizer.LearningRate);
        }
    }

    private sealed class Own(Func<long, double> rate) : Schedule
    {
        public override double Rate(double learningRate, long step, long steps) => rate(step);
    }

    private static Schedule Schedule(string name) => name == "cosine" ? new CosineDecay() : new OneCycle();

    private static double Rate(string name, double rate, long done, long total) =>
        name == "cosine" ? new CosineDecay().Rate(rate, done, total) : new OneCycle().Rate(rate, done, total);

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
