using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Randomness;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Benchmarks.Transfers;

/// <summary>What a network learns first, and what it learns from few images then.</summary>
/// <param name="Name">What it is called in tables and files.</param>
/// <param name="Known">The images of the first training.</param>
/// <param name="Pool">Those of which some are shown in the second training.</param>
/// <param name="Judged">Those that the accuracy is taken on.</param>
internal sealed record TransferTask(string Name, IDataset Known, IDataset Pool, IDataset Judged)
{
    private const int Half = 5;

    /// <summary>The part of each class, from its end, that is judged where pictures are not in two parts, or where settings are chosen.</summary>
    private const double HeldOut = 0.3;

    /// <summary>MNIST's digits 0 to 4, and then 5 to 9.</summary>
    public static TransferTask OfHalves(LabelledImages train, LabelledImages test) => new(
        "digits 5 to 9", new Digits(train, 0), new Digits(train, Half), new Digits(test, Half));

    /// <summary>All of MNIST's digits, and then other signs.</summary>
    /// <param name="digits">MNIST's training images.</param>
    /// <param name="path">A folder or archive of pictures, whose ink is centred as MNIST's; behind a colon perhaps a folder in it. Or a folder of IDX files.</param>
    /// <exception cref="DataFileException">They cannot be read, or are of another size than MNIST's.</exception>
    public static TransferTask Of(LabelledImages digits, string path)
    {
        (string place, string? only) = path.LastIndexOf(':') is > 1 and int colon ? (path[..colon], path[(colon + 1)..]) : (path, null);
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(place)) + (only is null ? "" : $", {only}");
        (IDataset pool, IDataset judged) = PictureSet.IsOne(place) ? Pictures(place, only) : Images(place);
        return pool.ItemShape == digits.ItemShape
            ? new TransferTask(name, digits, pool, judged)
            : throw new DataFileException(place, $"The images in '{place}' are {pool.ItemShape}, and MNIST's are {digits.ItemShape}; name images of that size, or pictures.");
    }

    /// <summary>The same task for choosing settings: what is judged is a part of the pool, and no longer shown.</summary>
    public TransferTask ForChoosing()
    {
        (IDataset kept, IDataset heldOut) = StratifiedSplit.FromEnds(Pool, HeldOut);
        return this with { Pool = kept, Judged = heldOut };
    }

    /// <summary>Images of the pool, drawn at random.</summary>
    /// <param name="perClass">The number of images of each class; null for all.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>The images; null if a class has fewer.</returns>
    public IDataset? Shown(int? perClass, ulong seed)
    {
        if (perClass is not { } count)
        {
            return Pool;
        }

        int[] order = [.. Enumerable.Range(0, Pool.Count)];
        new RandomStream(seed, RandomPurpose.Shuffle).Shuffle(order);
        IGrouping<int, int>[] classes = [.. order.GroupBy(Pool.Label)];
        return classes.All(own => own.Count() >= count) ? new DatasetSubset(Pool, [.. classes.SelectMany(own => own.Take(count))]) : null;
    }

    private static (IDataset Pool, IDataset Judged) Pictures(string place, string? only)
    {
        PictureSet pictures = PictureSet.Load(place, new PictureOptions { Kind = PictureKind.Frame, Only = only, TestSplit = HeldOut });
        return (pictures.Train, pictures.Test ?? throw new DataFileException(place, $"'{place}' has too few pictures to hold some out; add some."));
    }

    /// <summary>The two parts of IDX files; of test images alone the ends of their classes are judged.</summary>
    private static (IDataset Pool, IDataset Judged) Images(string place)
    {
        if (Directory.Exists(place) && !Directory.EnumerateFiles(place, "*train*", SearchOption.AllDirectories).Any())
        {
            return StratifiedSplit.FromEnds(Mnist.LoadTest(place), HeldOut);
        }

        return Mnist.Load(place);
    }

    /// <summary>Images of five digits in sequence, as classes 0 to 4.</summary>
    private sealed class Digits(LabelledImages images, int first) : IDataset
    {
        private readonly int[] _items = [.. Enumerable.Range(0, images.Count).Where(i => images.Label(i) >= first && images.Label(i) < first + Half)];

        public int Count => _items.Length;

        public Shape ItemShape => images.ItemShape;

        public int Classes => Half;

        public bool IsConcurrent => true;

        public void ReadItem(int index, Span<float> destination) => images.ReadItem(_items[index], destination);

        public int Label(int index) => images.Label(_items[index]) - first;
    }
}
