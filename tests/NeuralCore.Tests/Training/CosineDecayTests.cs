using NeuralCore.Training;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>The learning rate that falls along a cosine.</summary>
public sealed class CosineDecayTests
{
    [Fact]
    public void The_rate_falls_from_the_first_to_a_hundredth_of_it_and_is_halfway_in_the_middle()
    {
        Assert.Equal(0.001, CosineDecay.Rate(0.001, 0, 80));
        Assert.Equal(0.001 * 1.01 / 2, CosineDecay.Rate(0.001, 40, 80), 1e-15);
        Assert.Equal(0.00001, CosineDecay.Rate(0.001, 80, 80), 1e-15);
        double[] rates = [.. Enumerable.Range(0, 81).Select(step => CosineDecay.Rate(0.001, step, 80))];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void Every_step_of_a_training_has_its_rate_and_afterwards_it_is_as_it_was()
    {
        var optimizer = new Adam(0.01);
        var log = new RateLog(optimizer);
        Train(optimizer, epochs: 3, callbacks: [log, new CosineDecay(optimizer)]);
        Assert.Equal(Enumerable.Range(0, 15).Select(step => CosineDecay.Rate(0.01, step, 15)), log.Rates);
        Assert.Equal(0.01, optimizer.LearningRate);
    }

    [Fact]
    public void A_resumed_training_goes_on_with_the_rate_of_its_step()
    {
        var optimizer = new Adam(0.01);
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(optimizer);
        var moment = new Checkpoint(model);
        var log = new RateLog(optimizer) { CaptureAfter = 7, Moment = moment };
        Train(optimizer, epochs: 3, [new CosineDecay(optimizer), log], model);
        string hash = model.WeightsSha256();

        model.Compile(optimizer);
        model.Fit(TestNetworks.Bars(50, 1), epochs: 3, batchSize: 10, callbacks: [new CosineDecay(optimizer)], resumeFrom: moment);
        Assert.Equal(hash, model.WeightsSha256());
    }

    private static void Train(Adam optimizer, int epochs, Callback[] callbacks, Sequential? compiled = null)
    {
        using var own = new Sequential(TestNetworks.Small);
        if (compiled is null)
        {
            own.Compile(optimizer);
        }

        (compiled ?? own).Fit(TestNetworks.Bars(50, 1), epochs, batchSize: 10, callbacks: callbacks);
    }

    /// <summary>Notes the rate of every step that was taken, and may copy the training after one of them.</summary>
    private sealed class RateLog(Adam optimizer) : Callback
    {
        private TrainingRun? _run;

        public List<double> Rates { get; } = [];

        public int CaptureAfter { get; init; }

        public Checkpoint? Moment { get; init; }

        public override void OnTrainingBegin(TrainingRun run) => _run = run;

        public override void OnStepEnd(in StepProgress progress)
        {
            Rates.Add(optimizer.LearningRate);
            if (Moment is not null && Rates.Count == CaptureAfter)
            {
                _run!.Capture(Moment);
            }
        }
    }
}
