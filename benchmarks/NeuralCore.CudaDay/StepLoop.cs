using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Gpu;
using NeuralCore.Ops;

namespace NeuralCore.CudaDay;

/// <summary><c>steps</c>: training steps of the digit network one after the other, so that a profiler sees nothing else.</summary>
internal static class StepLoop
{
    /// <summary>Trains.</summary>
    public static void Run(Options options, TextWriter output)
    {
        string device = options.Text("--device", "0");
        ConvAlgorithm conv = options.Conv();
        int batch = options.Int("--batch", SeedNetwork.Batch, minimum: 1), steps = options.Int("--steps", 20, minimum: 1);
        options.Done();
        GpuBackend backend = GpuBackend.Create(device, conv);
        using Model model = SeedNetwork.Create();
        model.Compile(new Adam(), backend: backend, seed: 1);
        double rate = model.Fit(new DatasetSlice(Mnist.Load(Mnist.FindDirectory()).Train, 0, steps * batch), epochs: 1, batch).Epochs[0].TrainImagesPerSecond;
        output.WriteLine($"{steps} steps of {batch}: {rate:F0} images/s, {backend.Launches / (double)steps:0.#} launches a step");
    }
}
