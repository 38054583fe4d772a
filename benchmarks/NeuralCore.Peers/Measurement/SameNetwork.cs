using NeuralCore.Ops;
using NeuralCore.Peers.Contestants;
using NeuralCore.Peers.Networks;

namespace NeuralCore.Peers.Measurement;

/// <summary>
/// Shows that all contestants compute the same before speeds are compared: from the same weights, on the same
/// batches, without dropout, the losses of the first steps agree; and with the weights that come of them, so do the
/// probabilities of all test images. NeuralCore convolves directly here, as the others do: Winograd's sums round in another way, and
/// Adam's first steps, which are as large for small gradients as for large ones, make that visible.
/// </summary>
internal static class SameNetwork
{
    private const int Steps = 10;

    // Rounding alone: 3e-8 to 1e-6 measured.
    private const double FirstLossTolerance = 1e-5;
    private const double ProbabilityTolerance = 1e-4;

    /// <summary>Compares all of them and prints the largest differences.</summary>
    /// <returns>Whether they are small.</returns>
    public static bool Check(PeerNetwork network, Pictures pictures, int threads, TextWriter output)
    {
        output.WriteLine($"{network.Name}: {network.Description}");
        using var first = new OurNetwork(network, pictures, threads, dropout: false, ConvAlgorithm.Direct);
        using var ours = new OurNetwork(network, pictures, threads, dropout: false, ConvAlgorithm.Direct);
        double[] losses = Losses(ours);
        float[] probabilities = Probabilities(ours, pictures);
        bool same = true;
        foreach (bool channelsLast in (ReadOnlySpan<bool>)[false, true])
        {
            using TorchNetwork learner = Torch(first.Model, channelsLast);
            double[] differences = [.. losses.Zip(Losses(learner), (a, b) => Math.Abs(a - b))];
            double difference = differences.Max();
            output.WriteLine($"{learner.Name}: losses of {Steps} steps from {losses[0]:F4} to {losses[^1]:F4} differ by at most {difference:E1}, the first by {differences[0]:E1}");
            same &= differences[0] < FirstLossTolerance && difference < network.LossTolerance;
            using TorchNetwork torch = Torch(ours.Model, channelsLast);
            same &= Compare(torch);
        }

        using OnnxNetwork? onnx = OnnxNetwork.Of(pictures, ours.Model, threads);
        if (onnx is null)
        {
            output.WriteLine("ONNX Runtime takes no part: NeuralCore has no ONNX export of a layer of this network.");
            return same;
        }

        return Compare(onnx) && same;

        TorchNetwork Torch(Model model, bool channelsLast) => new(pictures, model, threads, channelsLast, Steps * PeerNetwork.Batch);

        bool Compare(IPredicts other)
        {
            double difference = probabilities.Zip(Probabilities(other, pictures), (a, b) => Math.Abs((double)a - b)).Max();
            output.WriteLine($"{other.Name}: probabilities of {pictures.Test.Count:N0} images with the same weights differ by at most {difference:E1}");
            return difference < ProbabilityTolerance;
        }
    }

    private static double[] Losses(ITrains contestant) => [.. Enumerable.Range(0, Steps).Select(contestant.Step)];

    private static float[] Probabilities(IPredicts contestant, Pictures pictures)
    {
        var probabilities = new float[pictures.Test.Count * PeerNetwork.Classes];
        contestant.PredictAll(probabilities);
        return probabilities;
    }
}
