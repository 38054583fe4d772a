using System.Collections.Concurrent;
using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Imaging.Datasets;

/// <summary>How pictures are read.</summary>
public sealed record PictureOptions
{
    /// <summary>What is done to each picture.</summary>
    public PictureKind Kind { get; init; }

    /// <summary>The rows and columns that come out; null for those of the pictures, as far as they are no more than <see cref="PictureSet.LargestSide"/>.</summary>
    public int? Side { get; init; }

    /// <summary>1 for gray, 3 for colour; null for what the pictures are.</summary>
    public int? Channels { get; init; }

    /// <summary>The folder whose classes are taken alone; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>The names of the classes in the order of a model's; null for those of the folders, in the order of their names.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The part of each class, from its end, that are test images where the pictures are not in two parts; 0 for none.</summary>
    public double TestSplit { get; init; }

    /// <summary>The pictures that are prepared at the same time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Called with the number of pictures read so far and the number of all, once for each picture, on any thread but never on two at once.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Ends the reading.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>Pictures in folders, prepared for a network and held as bytes: those of a class lie next to one another, in the order of their names.</summary>
/// <param name="Train">The training images; all, where the pictures are not in two parts. Their classes have names.</param>
/// <param name="Test">The test images; null where the pictures are not in two parts, and nothing was held out.</param>
/// <param name="Preparation">What was done to them.</param>
/// <param name="Remarks">What was left out, a sentence each.</param>
public sealed record PictureSet(LabelledImages Train, LabelledImages? Test, PicturePreparation Preparation, IReadOnlyList<string> Remarks)
{
    /// <summary>The largest side that is chosen by the pictures.</summary>
    public const int LargestSide = 64;

    /// <summary>This many pictures, spread over all, are measured to choose the size.</summary>
    private const int SizeSamples = 16;

    /// <summary>More broken pictures than this share of them, and more than a few, are too many to go on.</summary>
    private const double MostBroken = 0.1;

    private const int FewBroken = 3;

    /// <summary>The share of pictures with colours from which on all are taken in colour.</summary>
    private const double LeastColoured = 0.05;

    /// <summary>A picture has colours where the largest and the smallest of red, green and blue are this far apart in the mean: more than what JPEG makes of gray.</summary>
    private const double ColouredBy = 4;

    /// <summary>Whether a path is read here: an archive, or a folder with pictures in folders and no IDX files beside these.</summary>
    public static bool IsOne(string path) => Directory.Exists(path)
        ? !Directory.EnumerateFiles(path, "*ubyte*").Any() && new DirectoryInfo(path).EnumerateDirectories().Any(HasPictures)
        : PictureStore.IsArchive(path);

    /// <summary>Reads all pictures of a folder or an archive.</summary>
    /// <param name="path">The folder, or a .tar, .tar.gz or .zip file.</param>
    /// <param name="options">How.</param>
    /// <exception cref="DataFileException">It cannot be read, holds no pictures in folders of classes, or too many of them are broken.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static PictureSet Load(string path, PictureOptions options)
    {
        PictureStore store = PictureStore.Open(path);
        PicturePlan plan = PicturePlan.Of(store, options);
        PicturePreparation preparation = options.Kind switch
        {
            PictureKind.Digit => PicturePreparation.Digit,
            PictureKind.Frame => PicturePreparation.Frame,
            _ => new PicturePreparation(PictureKind.Picture, options.Side ?? LikelySide(store, plan), options.Channels ?? ColourImage.Channels),
        };
        if ((long)plan.Pictures.Count * preparation.Length > Array.MaxLength)
        {
            throw new DataFileException(
                path, $"The {plan.Pictures.Count:N0} pictures in '{path}' take more than 2 GB at {preparation.Side} x {preparation.Side} pixels; use a smaller --image-size, or fewer pictures.");
        }

        return new Reading(store, plan, preparation).Run(options);
    }

    private static bool HasPictures(DirectoryInfo folder)
    {
        try
        {
            return !folder.Attributes.HasFlag(FileAttributes.ReparsePoint)
                && folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 }).Any(file => PicturePlan.IsPicture(file.Name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The median of the shorter sides of a few pictures.</summary>
    private static int LikelySide(PictureStore store, PicturePlan plan)
    {
        int step = Math.Max(1, plan.Pictures.Count / SizeSamples);
        HashSet<int> samples = [.. plan.Pictures.Where((_, i) => i % step == 0).Take(SizeSamples).Select(picture => picture.Position)];
        var sides = new List<double>();
        foreach (StoredContent content in store.Contents(samples.Contains))
        {
            try
            {
                ColourImage picture = ImageFile.Read(content.Read(), "");
                sides.Add(Math.Min(picture.Width, picture.Height));
            }
            catch (DataFileException)
            {
                // Reported when all are read.
            }
        }

        return sides.Count == 0 ? LargestSide : Math.Clamp((int)Selection.Median([.. sides]), PicturePreparation.SmallestSide, LargestSide);
    }

    /// <summary>One reading: pictures go to their places in one array, whatever the order in which they come.</summary>
    private sealed class Reading(PictureStore store, PicturePlan plan, PicturePreparation preparation)
    {
        private readonly byte[] _pixels = new byte[plan.Pictures.Count * preparation.Length];
        private readonly bool[] _isRead = new bool[plan.Pictures.Count];
        private readonly ConcurrentDictionary<int, string> _broken = new();
        private int _coloured;

        public PictureSet Run(PictureOptions options)
        {
            var places = new Dictionary<int, int>(plan.Pictures.Count);
            for (int i = 0; i < plan.Pictures.Count; i++)
            {
                places.Add(plan.Pictures[i].Position, i);
            }

            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = options.CancellationToken };
            try
            {
                // Without a buffer: else one thread keeps pictures that another could prepare.
                Parallel.ForEach(Partitioner.Create(Contents(), EnumerablePartitionerOptions.NoBuffering), parallel, content => Prepare(content, places[content.Position]));
            }
            catch (AggregateException failure) when (failure.InnerExceptions.OfType<DataFileException>().FirstOrDefault() is { } first)
            {
                throw first;
            }

            return Finish(options);

            IEnumerable<StoredContent> Contents()
            {
                int done = 0;
                foreach (StoredContent content in store.Contents(places.ContainsKey))
                {
                    yield return content;
                    options.Progress?.Invoke(++done, plan.Pictures.Count);
                }
            }
        }

        private void Prepare(StoredContent content, int place)
        {
            string name = plan.Pictures[place].Name;
            try
            {
                byte[] file = content.Read();
                if (file.Length == 0)
                {
                    _broken[place] = $"The file '{name}' is empty; replace it with a whole copy.";
                    return;
                }

                ColourImage picture = ImageFile.Read(file, name);
                if (preparation.Apply(picture, _pixels.AsSpan(place * preparation.Length, preparation.Length)) is { } fault)
                {
                    _broken[place] = $"The file '{name}' {fault}.";
                    return;
                }

                _isRead[place] = true;
                if (preparation.Channels > 1 && IsColoured(picture.Pixels))
                {
                    Interlocked.Increment(ref _coloured);
                }
            }
            catch (DataFileException failure)
            {
                _broken[place] = failure.Message;
            }
        }

        private static bool IsColoured(ReadOnlySpan<byte> pixels)
        {
            long sum = 0;
            for (int i = 0; i + 2 < pixels.Length; i += ColourImage.Channels)
            {
                (byte r, byte g, byte b) = (pixels[i], pixels[i + 1], pixels[i + 2]);
                sum += Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b));
            }

            return sum * ColourImage.Channels > ColouredBy * pixels.Length;
        }

        private PictureSet Finish(PictureOptions options)
        {
            int count = _isRead.Count(isRead => isRead);
            if (_broken.Count > Math.Max(FewBroken, MostBroken * plan.Pictures.Count) || count == 0)
            {
                throw new DataFileException(
                    store.Path, $"{_broken.Count:N0} of the {plan.Pictures.Count:N0} pictures in '{store.Path}' cannot be used, too many to go on. {_broken.MinBy(broken => broken.Key).Value}");
            }

            bool becomesGray = options.Channels is null && preparation.Channels > 1 && _coloured < LeastColoured * count;
            PicturePreparation final = becomesGray ? preparation with { Channels = 1 } : preparation;
            var labels = new byte[count];
            int next = 0, training = 0;
            for (int i = 0; i < _isRead.Length; i++)
            {
                if (_isRead[i])
                {
                    Keep(i, next, final);
                    labels[next++] = (byte)plan.Pictures[i].Class;
                    training += plan.Pictures[i].IsTest ? 0 : 1;
                }
            }

            RequireEveryClass(labels);
            return new PictureSet(Part(0, training), training < count ? Part(training, count - training) : null, final, [.. plan.Remarks, .. BrokenRemarks()]);

            LabelledImages Part(int first, int length) =>
                new(_pixels.AsMemory(first * final.Length, length * final.Length), labels.AsMemory(first, length), final.Side, final.Side, plan.Classes.Count, final.Channels)
                {
                    ClassNames = plan.Classes,
                };
        }

        /// <summary>Moves a picture up to its final place; it may become gray on the way.</summary>
        private void Keep(int from, int to, PicturePreparation final)
        {
            ReadOnlySpan<byte> source = _pixels.AsSpan(from * preparation.Length, preparation.Length);
            Span<byte> target = _pixels.AsSpan(to * final.Length, final.Length);
            if (final.Channels == preparation.Channels)
            {
                source.CopyTo(target);
                return;
            }

            new ColourImage(final.Side, final.Side, source.ToArray()).Luma().ToBytes().CopyTo(target);
        }

        private void RequireEveryClass(ReadOnlySpan<byte> labels)
        {
            for (int c = 0; c < plan.Classes.Count; c++)
            {
                int broken = _broken.Keys.Where(place => plan.Pictures[place].Class == c).DefaultIfEmpty(-1).Min();
                if (broken >= 0 && !labels.Contains((byte)c))
                {
                    throw new DataFileException(store.Path, $"None of the pictures of the class '{plan.Classes[c]}' in '{store.Path}' can be used. {_broken[broken]}");
                }
            }
        }

        private IEnumerable<string> BrokenRemarks() => _broken.Count == 0
            ? []
            : [
                $"{_broken.Count:N0} of the {plan.Pictures.Count:N0} pictures cannot be used and {(_broken.Count == 1 ? "was" : "were")} left out:",
                .. _broken.OrderBy(broken => broken.Key).Take(FewBroken).Select(broken => $"  {broken.Value}"),
            ];
    }
}
