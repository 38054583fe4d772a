using System.Diagnostics;
using System.Globalization;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Randomness;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>transfer</c>: what a network that knows the digits 0 to 4 is worth to one that has to learn 5 to 9 from a few images each. All layers but the last (or those up to
/// one by its name) stay as they are; beside it stands the same network from first values, with the same images, optimiser and number of epochs.
/// </summary>
internal static class TransferTable
{
    private const int NewDigits = 5, Classes = 10, Batch = 16;

    /// <summary>Trains, and prints a row for each number of images.</summary>
    public static void Run(Options options, TextWriter output)
    {
        ZooNetwork network = Zoo.Find(options.Text("--network", "seed"));
        string freeze = options.Text("--freeze", Transfer.AllButLast);
        int seeds = options.Int("--seeds", 3, minimum: 1);
        int epochs = options.Int("--epochs", 40, minimum: 1);
        int images = options.Int("--images", 20_000, minimum: 10);
        int[] few = [.. options.Text("--few", "10,50,100").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        int threads = options.Threads();
        (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        options.Done();

        output.WriteLine($"{network.Name}: digits 0 to 4 from {images:N0} images, 2 epochs; then 5 to 9, {epochs} epochs of batches of {Batch}; test accuracy on 5 to 9, mean of {seeds} seeds");
        output.WriteLine("images of each | transfer | from scratch | points | epoch of transfer | epoch from scratch | the features, once");
        var rows = few.ToDictionary(count => count, _ => new List<(Learnt Transfer, Learnt Scratch, double FeatureSeconds)>());
        IDataset judged = Some(test, Enumerable.Range(0, test.Count).Where(i => test.Label(i) >= NewDigits));
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            int[] order = [.. Enumerable.Range(0, train.Count)];
            new RandomStream(seed, RandomPurpose.Shuffle, 0, 0).Shuffle(order);
            using Model source = network.Create(train.ItemShape, NewDigits, null);
            source.Compile(backend: CpuBackend.Create(threads), seed: seed);
            source.Fit(new Known(Some(train, order.Where(i => train.Label(i) < NewDigits).Take(images))), epochs: 2, batchSize: 128);
            foreach (int count in few)
            {
                IDataset shown = Some(train, Enumerable.Range(NewDigits, NewDigits).SelectMany(digit => order.Where(i => train.Label(i) == digit).Take(count)));
                rows[count].Add(Compare(source, network, shown, judged, (epochs, threads, seed), freeze));
            }
        }

        foreach (int count in few)
        {
            double transfer = 100 * rows[count].Average(row => row.Transfer.Accuracy), scratch = 100 * rows[count].Average(row => row.Scratch.Accuracy);
            options.Results.Add(
                ("images_of_each", count), ("transfer_percent", transfer), ("scratch_percent", scratch), ("transfer_epoch_ms", 1e3 * rows[count].Average(row => row.Transfer.Seconds) / epochs),
                ("scratch_epoch_ms", 1e3 * rows[count].Average(row => row.Scratch.Seconds) / epochs), ("features_ms", 1e3 * rows[count].Average(row => row.FeatureSeconds)));
            output.WriteLine(
                $"{count,14} | {transfer,6:F2} % | {scratch,10:F2} % | {transfer - scratch,6:F2} | {1e3 * rows[count].Average(row => row.Transfer.Seconds) / epochs,14:F2} ms | "
                + $"{1e3 * rows[count].Average(row => row.Scratch.Seconds) / epochs,15:F2} ms | {1e3 * rows[count].Average(row => row.FeatureSeconds),14:F1} ms");
        }
    }

    private static (Learnt Transfer, Learnt Scratch, double FeatureSeconds) Compare(
        Model source, ZooNetwork network, IDataset shown, IDataset judged, (int Epochs, int Threads, ulong Seed) how, string freeze)
    {
        using Transfer transfer = Transfer.Of(source, Classes, freeze);
        long start = Stopwatch.GetTimestamp();
        IDataset features = transfer.Features(shown, CpuBackend.Create(how.Threads));
        double featureSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double transferSeconds = Train(transfer.Head!, features, how, transfer.TakeWeights);
        transfer.Whole.Compile(backend: CpuBackend.Create(how.Threads));
        transfer.TakeWeights(transfer.Whole);
        transfer.TakeHead();
        using Model scratch = network.Create(source.Input.Shape, Classes, null);
        double scratchSeconds = Train(scratch, shown, how, _ => { });
        return (new Learnt(transfer.Whole.Evaluate(judged).Accuracy, transferSeconds), new Learnt(scratch.Evaluate(judged).Accuracy, scratchSeconds), featureSeconds);
    }

    private static double Train(Model model, IDataset data, (int Epochs, int Threads, ulong Seed) how, Action<Model> begin)
    {
        model.Compile(new Adam(), backend: CpuBackend.Create(how.Threads), seed: how.Seed);
        begin(model);
        long start = Stopwatch.GetTimestamp();
        model.Fit(data, how.Epochs, Batch);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static DatasetSubset Some(IDataset all, IEnumerable<int> items) => new(all, [.. items]);

    private sealed record Learnt(double Accuracy, double Seconds);

    /// <summary>Images of the digits 0 to 4 alone, for a network that knows no others.</summary>
    private sealed class Known(IDataset images) : IDataset
    {
        public int Count => images.Count;

        public Shape ItemShape => images.ItemShape;

        public int Classes => NewDigits;

        public bool IsConcurrent => images.IsConcurrent;

        public void ReadItem(int index, Span<float> destination) => images.ReadItem(index, destination);

        public int Label(int index) => images.Label(index);
    }
}
