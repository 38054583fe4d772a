using System.Diagnostics;
using System.Globalization;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Gpu;

namespace NeuralCore.CudaDay;

/// <summary>
/// <c>torch</c>: training steps of the digit network here and in PyTorch, in turns on one device. PyTorch runs in a process of its own that waits
/// while this one computes; torch_steps.py says what it does.
/// </summary>
internal sealed class TorchTurns : IDisposable
{
    private const int WarmUpSteps = 20;

    private readonly Process _python;

    private TorchTurns(string python, int device)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "torch_steps.py");
        _python = Process.Start(new ProcessStartInfo(python, [script, $"{device}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new UsageException($"{python} does not start.");
    }

    /// <summary>Measures and prints.</summary>
    public static void Run(Options options, TextWriter output)
    {
        int device = options.Int("--device", 0), rounds = options.Int("--rounds", 5, minimum: 1), share = options.Int("--steps", 400, minimum: 1);
        string[] modes = options.Text("--modes", "eager,compiled,graphs").Split(',');
        int[] batches = [.. options.Text("--batches", "128,1024").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        string python = options.Text("--python", "python3");
        options.Done();
        LabelledImages images = Mnist.Load(Mnist.FindDirectory()).Train;
        using var torch = new TorchTurns(python, device);
        output.WriteLine(torch.Answer());
        foreach (int batch in batches)
        {
            int steps = Math.Max(1, Math.Min(share * SeedNetwork.Batch, images.Count - 1) / batch);
            using Model model = SeedNetwork.Create();
            model.Compile(new Adam(), backend: GpuBackend.Create($"{device}"), seed: 1);
            Ours(Math.Min(WarmUpSteps, steps));
            foreach (string mode in modes)
            {
                torch.Ask(mode, batch, WarmUpSteps);
                (double Ours, double Theirs)[] pairs = [.. Enumerable.Range(0, rounds).Select(_ => (Ours(steps), torch.Ask(mode, batch, steps)))];
                double[] ratios = [.. pairs.Select(pair => pair.Ours / pair.Theirs)];
                output.WriteLine(
                    $"batch {batch,5}: NeuralCore {Median.Of(pairs.Select(pair => pair.Ours)),9:F0} images/s, PyTorch {mode,-9} {Median.Of(pairs.Select(pair => pair.Theirs)),9:F0}; "
                    + $"ratio {Median.Of(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2}) in {rounds} rounds of {steps} steps");
                output.Flush();
            }

            double Ours(int count) => model.Fit(new DatasetSlice(images, 0, count * batch), epochs: 1, batch).Epochs[0].TrainImagesPerSecond;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
    }

    private double Ask(string mode, int batch, int steps)
    {
        _python.StandardInput.WriteLine($"{mode} {batch} {steps}");
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    private string Answer() =>
        _python.StandardOutput.ReadLine() ?? throw new UsageException("PyTorch's process has ended; its own words are above. It takes Python with a PyTorch that finds a CUDA device.");
}
