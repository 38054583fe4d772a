using System.Diagnostics;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Files;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary><c>loading</c>: how long it takes to load a model from each kind of file, beside reading the file's bytes; both from the system's cache.</summary>
internal static class Loading
{
    private static readonly string[] Extensions = [".safetensors", ".h5", ".keras", ".onnx"];

    /// <summary>Loads the seed network, and a dense network of the wanted size.</summary>
    public static void Run(Options options, TextWriter output)
    {
        int megabytes = options.Int("--megabytes", 100, minimum: 1, maximum: 2_000);
        int rounds = options.Int("--rounds", 7, minimum: 1, maximum: 1000);
        options.Done();
        string folder = Directory.CreateTempSubdirectory("neuralcore-loading-").FullName;
        try
        {
            output.WriteLine("network      file                MB   bytes ms   load ms     MB/s");
            using (Model seed = SeedNetwork.Compile(1, SimdWidth.Auto))
            {
                Measure(seed, "seed", folder, rounds, options.Results, output);
            }

            int units = (int)Math.Sqrt(megabytes * 1e6 / (2 * sizeof(float)));
            using var large = new Sequential(new Input(new Shape(units), Preprocessing.None), new Dense(units, Activation.Relu), new Dense(units, Activation.Relu), new Dense(10, Activation.Softmax));
            large.Compile();
            Measure(large, "dense", folder, rounds, options.Results, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Model model, string name, string folder, int rounds, Results results, TextWriter output)
    {
        foreach (string extension in Extensions)
        {
            string path = Path.Combine(folder, name + extension);
            ModelFile.Save(model, path);
            double bytes = Best(rounds, () => File.ReadAllBytes(path)), load = Best(rounds, () => ModelFile.Load(path).Dispose());
            double size = new FileInfo(path).Length / 1e6;
            results.Add(("network", name), ("file", extension), ("mb", size), ("bytes_ms", 1e3 * bytes), ("load_ms", 1e3 * load), ("mb_per_s", size / load));
            output.WriteLine($"{name,-12} {extension,-14} {size,7:F1} {1e3 * bytes,10:F1} {1e3 * load,9:F1} {size / load,8:F0}");
            File.Delete(path);
        }
    }

    private static double Best(int rounds, Action action)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
