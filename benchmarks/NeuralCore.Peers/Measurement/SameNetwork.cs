using NeuralCore.Ops;
using NeuralCore.Peers.Contestants;

namespace NeuralCore.Peers.Measurement;

/// <summary>
/// Shows that all contestants compute the same before anybody's speed is looked at: from the same weights, on the same
/// batches, without dropout, the losses of the first steps agree; and with the weights that come of them, so do the
/// probabilities of all test images. NeuralCore convolves directly here, as the others do: Winograd's sums round in another way, and
/// Adam's first steps, which are as large for small gradients as for large ones, make that visible.
/// </summary>
internal static class SameNetwork
{
    private const int Steps = 10;

    // Rounding alone: float32 has 24 bits, and what ten steps of Adam make of it stays below these.
    private const double LossTolerance = 1e-3;
    private const double ProbabilityTolerance = 1e-4;

    /// <summary>Compares all of them and prints the largest differences.</summary>
    /// <returns>Whether they are small.</returns>
    public static bool Check(Digits digits, int threads, TextWriter output)
    {
        using var ours = new OurNetwork(digits, threads, dropout: false, ConvAlgorithm.Direct);
        var first = new Weights(ours.Model);
        double[] losses = Losses(ours);
        var trained = new Weights(ours.Model);
        float[] probabilities = Probabilities(ours, digits);
        bool same = true;
        foreach (bool channelsLast in (ReadOnlySpan<bool>)[false, true])
        {
            using TorchNetwork learner = Torch(first, channelsLast);
            double difference = losses.Zip(Losses(learner), (a, b) => Math.Abs(a - b)).Max();
            output.WriteLine($"{learner.Name}: losses of {Steps} steps from {losses[0]:F4} to {losses[^1]:F4} differ by at most {difference:E1}");
            same &= difference < LossTolerance;
            using TorchNetwork torch = Torch(trained, channelsLast);
            same &= Compare(torch);
        }

        using var onnx = new OnnxNetwork(digits, trained, threads);
        return Compare(onnx) && same;

        TorchNetwork Torch(Weights weights, bool channelsLast) =>
            new(digits, weights, threads, channelsLast, Steps * Benchmarks.Programs.SeedNetwork.Batch, dropout: false);

        bool Compare(IPredicts other)
        {
            double difference = probabilities.Zip(Probabilities(other, digits), (a, b) => Math.Abs((double)a - b)).Max();
            output.WriteLine($"{other.Name}: probabilities of {digits.Test.Count:N0} images with the same weights differ by at most {difference:E1}");
            return difference < ProbabilityTolerance;
        }
    }

    private static double[] Losses(ITrains contestant) => [.. Enumerable.Range(0, Steps).Select(contestant.Step)];

    private static float[] Probabilities(IPredicts contestant, Digits digits)
    {
        var probabilities = new float[digits.Test.Count * 10];
        contestant.PredictAll(probabilities);
        return probabilities;
    }
}
