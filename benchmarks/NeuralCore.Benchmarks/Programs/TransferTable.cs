using System.Globalization;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Benchmarks.Transfers;
using NeuralCore.Data;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>transfer</c>: what a network that has learnt other images is worth to one that has to learn from few: MNIST's digits 0 to 4 and then 5 to 9, or all of them and then
/// other signs. Frozen features, all layers fine-tuned, and the same network from initial weights see the same images, distorted alike.
/// </summary>
internal static class TransferTable
{
    private const string All = "all";

    /// <summary>The network if none is named: with half of the filters of <c>best</c> a table takes minutes.</summary>
    private static readonly ZooNetwork Narrow = new("best-16", "best with half of its filters", 4, (image, classes, preprocessing) => Zoo.Best(image, classes, preprocessing, filters: 16));

    /// <summary>Trains, prints a row for each number of images, and draws a curve for each task.</summary>
    public static void Run(Options options, TextWriter output)
    {
        string name = options.Text("--network", Narrow.Name);
        ZooNetwork network = name == Narrow.Name ? Narrow : Zoo.Find(name);
        int?[] few = [.. options.Text("--few", "10,50,100,all").Split(',').Select(Count)];
        int seeds = options.Int("--seeds", 3, minimum: 1), threads = options.Threads();
        TransferSettings settings = Settings(options, network, threads);
        var sources = new SourceNetworks(
            network, options.Text("--sources", ""), options.Int("--images", 30_000, minimum: 10), options.Int("--source-epochs", 2, minimum: 1), options.Flag("--symmetries", true), threads);
        bool isChoice = options.Flag("--validation", false);
        string plots = options.Text("--plots", "");
        string[] paths = options.Text("--data", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--digits", Mnist.FindDirectory()));
        options.Done();

        output.WriteLine($"{network.Name}, frozen until {settings.Freeze}, {(settings.Augmentation is null ? "without" : "with")} augmentation; accuracy in percent, mean and standard deviation of {seeds} seeds");
        foreach (TransferTask whole in paths.Length == 0 ? [TransferTask.OfHalves(train, test)] : paths.Select(path => TransferTask.Of(train, path)))
        {
            TransferTask task = isChoice ? whole.ForChoosing() : whole;
            output.WriteLine();
            output.WriteLine($"{task.Name}: {task.Pool.Classes} classes, {task.Pool.Count:N0} images to learn from, judged on {task.Judged.Count:N0}{(isChoice ? " of the training images" : "")}");
            output.WriteLine();
            output.WriteLine("| images of each class | frozen | fine-tuned | from scratch | points | an epoch from scratch / frozen |");
            output.WriteLine("|---|---|---|---|---|---|");
            List<TransferFigure> figures = [.. few.SelectMany(count => Row(task, count, seeds, settings, sources, options.Results, output))];
            if (plots.Length > 0)
            {
                Draw(task, figures, plots, output);
            }
        }
    }

    private static TransferSettings Settings(Options options, ZooNetwork network, int threads)
    {
        string freeze = options.Text("--freeze", network == Narrow ? "max_pooling2d_1" : Transfer.AllButLast);
        Augmentation? augmentation = options.Flag("--augment", true) ? Augmentation.Default : null;
        int seen = options.Int("--seen", 20_000, minimum: 1), epochs = options.Int("--epochs", 30, minimum: 1);
        var schoolings = new Dictionary<TransferWay, Schooling>
        {
            [TransferWay.Frozen] = new(0.003, 2 * seen, (epochs + 1) / 2),
            [TransferWay.FineTuned] = new(0.002, (seen + 1) / 2, (epochs + 1) / 2),
            [TransferWay.Scratch] = new(0.003, seen, epochs),
        };
        return new TransferSettings(network, freeze, augmentation, schoolings, threads);
    }

    private static int? Count(string text) => text == All ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
        : throw new UsageException($"--few takes numbers of images, and '{All}', with commas between them, not '{text}'.");

    /// <summary>Trains with one number of images, and prints its row.</summary>
    /// <returns>What each way came to; nothing if a class has fewer images.</returns>
    private static IEnumerable<TransferFigure> Row(TransferTask task, int? perClass, int seeds, TransferSettings settings, SourceNetworks sources, Results results, TextWriter output)
    {
        var trials = new List<IReadOnlyDictionary<TransferWay, Learnt>>();
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            if (task.Shown(perClass, seed) is not { } shown)
            {
                return [];
            }

            using Model source = sources.Get(task, seed);
            IReadOnlyDictionary<TransferWay, Learnt> trial = new TransferTrial(settings, source, shown, task.Judged, seed).Run();
            trials.Add(trial);
            results.Add(
            [
                ("task", task.Name), ("images_of_each", perClass), ("images", shown.Count), ("seed", (long)seed),
                .. trial.SelectMany(way => ((string, object?)[])[($"{way.Key}_percent", 100 * way.Value.Accuracy), ($"{way.Key}_us_an_image", way.Value.MicrosecondsPerImage)]),
            ]);
        }

        double images = perClass ?? (double)task.Pool.Count / task.Pool.Classes;
        TransferFigure[] figures = [.. Enum.GetValues<TransferWay>().Select(way => Figure(way, images, [.. trials.Select(trial => 100 * trial[way].Accuracy)]))];
        double points = Math.Max(figures[0].Mean, figures[1].Mean) - figures[2].Mean;
        double ratio = Median.Of(trials.Select(trial => trial[TransferWay.Scratch].MicrosecondsPerImage / trial[TransferWay.Frozen].MicrosecondsPerImage));
        output.WriteLine(
            $"| {(perClass is null ? $"{All}, {images:N0}" : $"{perClass}")} | {string.Join(" | ", figures.Select(figure => $"{figure.Mean:F2} ± {figure.Deviation:F2}"))} | {points:+0.00;-0.00} | {ratio:F1} |");
        return figures;
    }

    private static TransferFigure Figure(TransferWay way, double images, double[] percents)
    {
        double mean = percents.Average();
        string name = way switch
        {
            TransferWay.Frozen => "frozen",
            TransferWay.FineTuned => "fine-tuned",
            _ => "from scratch",
        };
        return new TransferFigure(name, images, mean, Math.Sqrt(percents.Sum(percent => (percent - mean) * (percent - mean)) / Math.Max(1, percents.Length - 1)));
    }

    private static void Draw(TransferTask task, IReadOnlyList<TransferFigure> figures, string folder, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        string file = $"transfer-{string.Concat(task.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'))}";
        Imaging.Report.ReportFile svg = PlotDrawing.Transfer(file, $"Accuracy over images: {task.Name}", figures).ToSvgFile();
        string path = Path.Combine(folder, svg.Name);
        File.WriteAllBytes(path, svg.Content);
        output.WriteLine();
        output.WriteLine($"Written: {path}");
    }
}
