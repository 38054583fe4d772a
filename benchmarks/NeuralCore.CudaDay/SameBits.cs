using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Gpu;

namespace NeuralCore.CudaDay;

/// <summary><c>bits</c>: a device gives the same training the same weights every time.</summary>
internal static class SameBits
{
    private const int Steps = 20;

    /// <summary>Trains again and again.</summary>
    /// <returns>Whether all weights are the same.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        string device = options.Text("--device", "0");
        int trainings = options.Int("--trainings", 5, minimum: 2);
        options.Done();
        var images = new DatasetSlice(Mnist.Load(Mnist.FindDirectory()).Train, 0, Steps * SeedNetwork.Batch);
        string[] hashes = [.. Enumerable.Range(0, trainings).Select(_ => Hash())];
        output.WriteLine($"{trainings} trainings of {Steps} steps: {string.Join(", ", hashes.Distinct().Select(hash => hash[..12]))}");
        return hashes.Distinct().Count() == 1;

        string Hash()
        {
            using Model model = SeedNetwork.Create();
            model.Compile(new Adam(), backend: GpuBackend.Create(device), seed: 1);
            model.Fit(images, epochs: 1, SeedNetwork.Batch);
            return model.WeightsSha256();
        }
    }
}
