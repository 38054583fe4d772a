using System.Diagnostics;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Peers.Contestants;
using NeuralCore.Peers.Measurement;
using NeuralCore.Peers.Networks;

namespace NeuralCore.Peers;

/// <summary>What is compared of a network. In each job libtorch tries both layouts of memory first and goes on with the better.</summary>
internal sealed class Jobs(PeerNetwork network, Pictures pictures, Rounds rounds, int steps, TextWriter output)
{
    private const int LayoutTrials = 3;
    private const int ImagesTimedSingly = 300;

    /// <summary>
    /// The steps that a network has been trained for before it predicts, almost an epoch. A prediction takes NeuralCore the less time the
    /// more of a ReLU's outputs are zero, one half with random weights and four in five with trained ones, and predictions are made with
    /// trained ones.
    /// </summary>
    private const int StepsBefore = 400;

    private readonly float[] _probabilities = new float[pictures.Test.Count * PeerNetwork.Classes];

    /// <summary>Whole training steps with a batch of 128: reading, forward, backward, Adam.</summary>
    public Row Training(int threads)
    {
        using var ours = new OurNetwork(network, pictures, threads);
        using TorchNetwork torch = BetterLayout(ours, threads, moreIsBetter: true, Rate);
        Row row = rounds.Run<ITrains>(Named("training, images/s"), threads, moreIsBetter: true, [ours, torch], Rate);
        output.WriteLine($"  mean loss of {steps} more steps, after as many of both: NeuralCore {ours.Train(steps):F4}, libtorch {torch.Train(steps):F4}");
        return row;

        double Rate(ITrains contestant) => steps * PeerNetwork.Batch / Seconds(() => contestant.Train(steps));
    }

    /// <summary>All test images in batches of 128.</summary>
    public Row Inference(int threads)
    {
        return Predicting("inference in batches of 128, images/s", threads, moreIsBetter: true, Rate);

        double Rate(IPredicts contestant) => pictures.Test.Count / Seconds(() => contestant.PredictAll(_probabilities));
    }

    /// <summary>Test images one at a time; a turn's figure is the median of its images'.</summary>
    public Row Latency(int threads)
    {
        return Predicting("one image, median in microseconds", threads, moreIsBetter: false, Microseconds);

        double Microseconds(IPredicts contestant) => 1e6 * Median.Of(Enumerable.Range(0, ImagesTimedSingly).Select(
            image => Seconds(() => contestant.PredictOne(image, _probabilities))).ToArray());
    }

    private Row Predicting(string job, int threads, bool moreIsBetter, Func<IPredicts, double> turn)
    {
        using var ours = new OurNetwork(network, pictures, threads);
        ours.Train(StepsBefore);
        using TorchNetwork torch = BetterLayout(ours, threads, moreIsBetter, turn);
        using OnnxNetwork? onnx = OnnxNetwork.Of(pictures, ours.Model, threads);
        return rounds.Run<IPredicts>(Named(job), threads, moreIsBetter, onnx is null ? [ours, torch] : [ours, torch, onnx], turn);
    }

    private string Named(string job) => $"{network.Name}: {job}";

    private TorchNetwork BetterLayout(OurNetwork ours, int threads, bool moreIsBetter, Func<TorchNetwork, double> turn)
    {
        using TorchNetwork planar = Make(channelsLast: false), channelsLast = Make(channelsLast: true);
        double[] planarFigures = new double[LayoutTrials], channelsLastFigures = new double[LayoutTrials];
        turn(planar);
        turn(channelsLast);
        for (int trial = 0; trial < LayoutTrials; trial++)
        {
            planarFigures[trial] = turn(planar);
            channelsLastFigures[trial] = turn(channelsLast);
        }

        double a = Median.Of(planarFigures), b = Median.Of(channelsLastFigures);
        output.WriteLine($"{planar.Name}: {a:N0}; {channelsLast.Name}: {b:N0}; the better one takes part");
        return Make(channelsLast: moreIsBetter == b > a);

        TorchNetwork Make(bool channelsLast) => new(pictures, ours.Model, threads, channelsLast, steps * PeerNetwork.Batch);
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
