using System.Diagnostics;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Data;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>Whole training steps of the seed network on MNIST: reading, preprocessing, forward, backward and Adam.</summary>
internal static class Throughput
{
    private const int WarmUpSteps = 10;

    /// <summary>The part of an ideal machine's speed-up from which on a machine counts as one's own.</summary>
    private const double Undisturbed = 0.95;

    /// <summary><c>train</c>: images a second in training and in inference, and the time of a single image.</summary>
    public static void Train(Options options, TextWriter output)
    {
        (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        int threads = options.Threads();
        int steps = options.Int("--steps", 200, minimum: 1, maximum: train.Count / SeedNetwork.Batch);
        int testImages = options.Int("--test-images", test.Count, minimum: 1, maximum: test.Count);
        SimdWidth simd = options.Simd();
        bool fuse = options.Flag("--fuse", true);
        options.Done();

        using Model model = SeedNetwork.Compile(threads, simd, fuse);
        output.WriteLine($"{model.Backend.Name}, simd {model.Backend.Simd}, {model.Backend.Threads} threads, batch {SeedNetwork.Batch}, fuse {fuse}");
        Steps(model, train, Math.Min(WarmUpSteps, steps));
        EpochResult epoch = Steps(model, train, steps);
        output.WriteLine($"training    {epoch.TrainImagesPerSecond,9:F0} images/s over {steps} steps, loss {epoch.Loss:F4}, accuracy {epoch.Accuracy:P2}");

        var images = new DatasetSlice(test, 0, testImages);
        model.Evaluate(new DatasetSlice(test, 0, Math.Min(testImages, SeedNetwork.Batch)), SeedNetwork.Batch);
        Evaluation evaluation = model.Evaluate(images, SeedNetwork.Batch);
        output.WriteLine($"inference   {evaluation.ImagesPerSecond,9:F0} images/s over {testImages} images, loss {evaluation.Loss:F4}, accuracy {evaluation.Accuracy:P2}");

        double[] latencies = Latencies(model, images);
        output.WriteLine($"one image   {1e6 * Median.Of(latencies),9:F0} us, {1e6 * latencies.Order().ElementAt(latencies.Length * 99 / 100):F0} us in the slowest hundredth");
        using var process = Process.GetCurrentProcess();
        options.Results.Add(
            ("threads", model.Backend.Threads), ("simd", model.Backend.Simd), ("training_images_per_s", epoch.TrainImagesPerSecond), ("inference_images_per_s", evaluation.ImagesPerSecond),
            ("one_image_us", 1e6 * Median.Of(latencies)), ("peak_memory_mib", process.PeakWorkingSet64 / 1048576.0));
        output.WriteLine($"memory      {process.PeakWorkingSet64 / 1048576.0,9:F0} MiB at most, data included");
    }

    /// <summary>
    /// <c>scaling</c>: all threads against one. Both networks train side by side and take turns, so each ratio is of two
    /// measurements of the same second; the order within a pair alternates, so that neither always comes first. Beside each pair stands
    /// what the machine itself had to give just before and just after, the lesser of the two: multiply-adds on registers with all threads
    /// against one. Before the first pair both train until the runtime has compiled what runs often: it does that on a thread of its own, which
    /// all threads of the network have to share processors with and a single one has not. On a shared machine two processors are at times
    /// the two halves of one core, so the pairs in which it gave nearly all are also counted by themselves.
    /// </summary>
    public static void Scaling(Options options, TextWriter output)
    {
        (LabelledImages train, _) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        int threads = options.Threads();
        int pairs = options.Int("--pairs", 11, minimum: 1);
        int steps = options.Int("--steps", 10, minimum: 1, maximum: train.Count / SeedNetwork.Batch);
        int warmUp = options.Int("--warm-up", 100, minimum: 1, maximum: train.Count / SeedNetwork.Batch);
        SimdWidth simd = options.Simd();
        options.Done();

        using Model single = SeedNetwork.Compile(1, simd);
        using Model many = SeedNetwork.Compile(threads, simd);
        Rate(single, train, warmUp);
        Rate(many, train, warmUp);
        var singleSteps = new StepTimes();
        var manySteps = new StepTimes();
        var singleRates = new List<double>();
        var manyRates = new List<double>();
        var machine = new List<double>();
        double Machine() => FmaPeak.Measure(threads, simd) / FmaPeak.Measure(1, simd);
        double before = Machine();
        for (int pair = 0; pair < pairs; pair++)
        {
            if (pair % 2 == 0)
            {
                singleRates.Add(Rate(single, train, steps, singleSteps));
                manyRates.Add(Rate(many, train, steps, manySteps));
            }
            else
            {
                manyRates.Add(Rate(many, train, steps, manySteps));
                singleRates.Add(Rate(single, train, steps, singleSteps));
            }

            double after = Machine();
            machine.Add(Math.Min(before, after));
            before = after;
            options.Results.Add(
                ("pair", pair + 1), ("threads", threads), ("images_per_s_one_thread", singleRates[pair]), ("images_per_s", manyRates[pair]), ("ratio", manyRates[pair] / singleRates[pair]),
                ("machine_ratio", machine[pair]));
            output.WriteLine(
                $"{singleRates[pair],9:F0} images/s with 1 thread, {manyRates[pair],9:F0} with {threads}: {manyRates[pair] / singleRates[pair]:F3} times, the machine itself {machine[pair]:F2}");
        }

        double[] ratios = [.. manyRates.Zip(singleRates, (of, to) => of / to)];
        output.WriteLine(
            $"{many.Backend.Name}, simd {many.Backend.Simd}: median {Median.Of(singleRates):F0} images/s with 1 thread, {Median.Of(manyRates):F0} with {threads}; "
            + $"ratio {Median.Of(ratios):F3} ({ratios.Min():F3} to {ratios.Max():F3}), the machine itself {Median.Of(machine):F2} ({machine.Min():F2} to {machine.Max():F2})");
        output.WriteLine(
            $"a step takes {1e3 * singleSteps.Median:F2} ms with 1 thread and {1e3 * manySteps.Median:F2} ms with {threads}, medians of {singleSteps.Count} each: {singleSteps.Median / manySteps.Median:F3} times; "
            + $"in the quickest tenth {1e3 * singleSteps.Quick:F2} and {1e3 * manySteps.Quick:F2} ms: {singleSteps.Quick / manySteps.Quick:F3} times");
        double[] undisturbed = [.. ratios.Where((_, pair) => machine[pair] >= Undisturbed * threads)];
        if (undisturbed.Length > 0)
        {
            output.WriteLine(
                $"ratio {Median.Of(undisturbed):F3} ({undisturbed.Min():F3} to {undisturbed.Max():F3}) in the {undisturbed.Length} of {pairs} pairs in which the machine itself gave at least {Undisturbed * threads:F2}");
        }

        if (Busy.OfThreads(Math.Min(Median.Of(ratios), Median.Of(machine)), threads) is { } busy)
        {
            output.WriteLine(busy);
        }
    }

    private static double Rate(Model model, LabelledImages train, int steps, StepTimes? times = null) =>
        Steps(model, train, steps, times).TrainImagesPerSecond;

    private static EpochResult Steps(Model model, LabelledImages train, int steps, StepTimes? times = null) =>
        model.Fit(new DatasetSlice(train, 0, steps * SeedNetwork.Batch), epochs: 1, SeedNetwork.Batch, callbacks: times is null ? null : [times]).Epochs[0];

    /// <summary>
    /// What each step took. Of all steps the median is what one takes when no other program is in the way: an interruption of some
    /// milliseconds makes one step slow, and a rate over many steps always has some of them in it. Where other programs are in the way most
    /// of the time, the quickest tenth is what one takes without them.
    /// </summary>
    private sealed class StepTimes : Callback
    {
        private readonly List<double> _seconds = [];
        private TimeSpan _before;

        public int Count => _seconds.Count;

        public double Median => Measurement.Median.Of(_seconds);

        /// <summary>A tenth of the steps took no longer.</summary>
        public double Quick => _seconds.Order().ElementAt(_seconds.Count / 10);

        public override void OnEpochBegin(int epoch, int epochs, int steps) => _before = TimeSpan.Zero;

        public override void OnStepEnd(in StepProgress progress)
        {
            _seconds.Add((progress.Elapsed - _before).TotalSeconds);
            _before = progress.Elapsed;
        }
    }

    private static double[] Latencies(Model model, IDataset images)
    {
        var pixels = new float[images.ItemShape.Count];
        double[] seconds = new double[Math.Min(1000, images.Count)];
        for (int i = 0; i < seconds.Length; i++)
        {
            images.ReadItem(i, pixels);
            long start = Stopwatch.GetTimestamp();
            model.Predict(pixels);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return seconds;
    }
}
