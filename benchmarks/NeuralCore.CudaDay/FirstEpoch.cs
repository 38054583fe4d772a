using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Gpu;
using NeuralCore.Ops;

namespace NeuralCore.CudaDay;

/// <summary><c>epoch</c>: the first epoch of the digit network on a device and on the processor, from the same seed.</summary>
internal static class FirstEpoch
{
    private const int Shown = 10;

    /// <summary>Trains both.</summary>
    public static void Run(Options options, TextWriter output)
    {
        string device = options.Text("--device", "0");
        ConvAlgorithm conv = options.Conv();
        options.Done();
        (LabelledImages train, LabelledImages test) = Mnist.Load(Mnist.FindDirectory());
        float[] here = Train(CpuBackend.Create(conv: conv)), there = Train(GpuBackend.Create(device, conv));
        double furthest = here.Zip(there).Take(Shown).Max(pair => Math.Abs(pair.First - pair.Second) / pair.First);
        output.WriteLine($"The first {Shown} losses differ by {furthest:E1} of a loss at most.");

        float[] Train(IBackend<float> backend)
        {
            using var model = SeedNetwork.Create();
            model.Compile(new Adam(), backend: backend, seed: 0);
            var losses = new StepLosses();
            EpochResult epoch = model.Fit(train, epochs: 1, SeedNetwork.Batch, validationSplit: 0.3, callbacks: [losses]).Epochs[0];
            Evaluation evaluation = model.Evaluate(test);
            output.WriteLine(
                $"{backend.Simd,-32} accuracy {epoch.Accuracy:P3}, validation {epoch.ValidationAccuracy:P2}, test {evaluation.Accuracy:P2}; "
                + $"{epoch.TrainImagesPerSecond:F0} images/s in training, {evaluation.ImagesPerSecond:F0} in the test");
            return [.. losses.Sums.Select((sum, step) => (float)(step == 0 ? sum : sum - losses.Sums[step - 1]))];
        }
    }

    /// <summary>Means over the epoch so far, multiplied out.</summary>
    private sealed class StepLosses : Callback
    {
        public List<double> Sums { get; } = [];

        public override void OnStepEnd(in StepProgress progress) => Sums.Add(progress.Loss * progress.Images);
    }
}
