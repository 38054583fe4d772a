using System.Diagnostics;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary><c>checkpoints</c>: how long a save stops the training of the seed network, and how much time it takes in all.</summary>
internal static class CheckpointCost
{
    private const int StepsOfAnEpoch = 329;

    /// <summary>
    /// Every other stretch of steps begins with a save, which then is written while its steps run; the difference to the stretch that
    /// follows is what a save costs.
    /// </summary>
    public static void Run(Options options, TextWriter output)
    {
        (LabelledImages train, _) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        int threads = options.Threads();
        int saves = options.Int("--saves", 12, minimum: 1, maximum: 1000);
        int steps = options.Int("--steps", 12, minimum: 1, maximum: 1000);
        SimdWidth simd = options.Simd();
        string parent = options.Text("--folder", Path.GetTempPath());
        options.Done();

        string folder = Directory.CreateDirectory(Path.Combine(parent, Path.GetRandomFileName())).FullName;
        try
        {
            using Model model = SeedNetwork.Compile(threads, simd);
            SaveStopwatch stopwatch;
            using (var checkpointing = new Checkpointing(folder, model, new CheckpointSchedule(2 * steps)))
            {
                stopwatch = new SaveStopwatch(checkpointing, steps);
                int all = 2 * steps * (saves + 1);
                int perEpoch = Math.Min(all, train.Count / SeedNetwork.Batch);
                model.Fit(new DatasetSlice(train, 0, perEpoch * SeedNetwork.Batch), (all + perEpoch - 1) / perEpoch, SeedNetwork.Batch, callbacks: [stopwatch]);
            }

            double step = Median.Of(stopwatch.Quiet) / steps;
            double cost = Median.Of([.. stopwatch.Saving.Zip(stopwatch.Quiet, (saving, quiet) => saving - quiet)]);
            output.WriteLine($"{model.Backend.Name}, simd {model.Backend.Simd}, {threads} threads; {stopwatch.Pauses.Count} saves of {12e-6 * model.Summary.ParameterCount:F1} MB in '{parent}'");
            options.Results.Add(
                ("threads", threads), ("saves", stopwatch.Pauses.Count), ("pause_ms", 1e3 * Median.Of(stopwatch.Pauses)), ("longest_pause_ms", 1e3 * stopwatch.Pauses.Max()), ("cost_ms", 1e3 * cost),
                ("share_of_epoch", cost / (step * StepsOfAnEpoch)));
            output.WriteLine($"pause       {1e3 * Median.Of(stopwatch.Pauses),9:F1} ms, {1e3 * stopwatch.Pauses.Max():F1} ms at most");
            output.WriteLine($"cost        {1e3 * cost,9:F1} ms, the slower steps while it is written included");
            output.WriteLine($"of an epoch {cost / (step * StepsOfAnEpoch),9:P2} of {step * StepsOfAnEpoch:F1} s, training alone");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Stands between the training and its checkpoints, and looks at the clock before and after.</summary>
    private sealed class SaveStopwatch(Checkpointing checkpointing, int steps) : Callback
    {
        private int _step;
        private long _start;

        /// <summary>Seconds that saves held the training up.</summary>
        public List<double> Pauses { get; } = [];

        /// <summary>Seconds of the stretches that begin with a save, and of those that follow.</summary>
        public List<double> Saving { get; } = [];

        public List<double> Quiet { get; } = [];

        public override void OnTrainingBegin(TrainingRun run) => checkpointing.OnTrainingBegin(run);

        public override void OnTrainingEnd() => checkpointing.OnTrainingEnd();

        public override void OnStepEnd(in StepProgress progress)
        {
            _step++;
            if (_step % steps == 0)
            {
                long now = Stopwatch.GetTimestamp();
                int stretch = _step / steps;
                if (stretch > 2)
                {
                    (stretch % 2 == 1 ? Saving : Quiet).Add(Stopwatch.GetElapsedTime(_start, now).TotalSeconds);
                }

                _start = now;
            }

            long before = Stopwatch.GetTimestamp();
            checkpointing.OnStepEnd(progress);
            if (_step % (2 * steps) == 0 && progress.Step < progress.Steps)
            {
                Pauses.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }
        }
    }
}
