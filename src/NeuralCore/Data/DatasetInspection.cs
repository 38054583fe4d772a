namespace NeuralCore.Data;

/// <summary>What a data set holds, and what of it is there more than once.</summary>
/// <param name="Training">The training images of each class.</param>
/// <param name="Test">The test images of each class.</param>
/// <param name="BlankTraining">The training images whose pixels are all the same.</param>
/// <param name="BlankTest">The test images whose pixels are all the same.</param>
/// <param name="RepeatedTraining">The training images that are equal to an earlier one.</param>
/// <param name="RepeatedTest">The test images that are equal to an earlier one.</param>
/// <param name="Shared">The test images that are among the training images.</param>
/// <param name="Contradicting">The training images that are equal to an earlier one of another class.</param>
public sealed record DatasetInspection(
    IReadOnlyList<int> Training, IReadOnlyList<int> Test, int BlankTraining, int BlankTest, int RepeatedTraining, int RepeatedTest, int Shared, int Contradicting)
{
    /// <summary>The number of classes: one more than the largest label.</summary>
    public int Classes => Training.Count;

    /// <summary>Looks through all images.</summary>
    /// <param name="training">The training images.</param>
    /// <param name="test">The test images, of the same size.</param>
    public static DatasetInspection Of(LabelledImages training, LabelledImages test)
    {
        int classes = Math.Max(Largest(training), Largest(test)) + 1;
        var seen = new SeenImages(training);
        (int repeated, int contradicting, int shared) = (0, 0, 0);
        for (int i = 0; i < training.Count; i++)
        {
            if (seen.Find(training.Pixels(i)) is { } earlier)
            {
                repeated++;
                contradicting += training.Label(earlier) != training.Label(i) ? 1 : 0;
            }
            else
            {
                seen.Add(i);
            }
        }

        for (int i = 0; i < test.Count; i++)
        {
            shared += seen.Find(test.Pixels(i)) is null ? 0 : 1;
        }

        return new DatasetInspection(Counts(training, classes), Counts(test, classes), Blank(training), Blank(test), repeated, Repeated(test), shared, contradicting);
    }

    /// <summary>How many images are blank: all pixels are the same.</summary>
    internal static int Blank(LabelledImages images) =>
        Enumerable.Range(0, images.Count).Count(i => images.Pixels(i) is var pixels && !pixels.ContainsAnyExcept(pixels[0]));

    /// <summary>How many images of a set are among those of another.</summary>
    internal static int SharedWith(LabelledImages training, LabelledImages test)
    {
        if (training.ItemShape != test.ItemShape)
        {
            return 0;
        }

        var seen = new SeenImages(training);
        for (int i = 0; i < training.Count; i++)
        {
            seen.Add(i);
        }

        return Enumerable.Range(0, test.Count).Count(i => seen.Find(test.Pixels(i)) is not null);
    }

    private static int Repeated(LabelledImages images)
    {
        var seen = new SeenImages(images);
        int repeated = 0;
        for (int i = 0; i < images.Count; i++)
        {
            if (seen.Find(images.Pixels(i)) is null)
            {
                seen.Add(i);
            }
            else
            {
                repeated++;
            }
        }

        return repeated;
    }

    private static int Largest(LabelledImages images) => images.Count == 0 ? 0 : Enumerable.Range(0, images.Count).Max(images.Label);

    private static int[] Counts(LabelledImages images, int classes)
    {
        var counts = new int[classes];
        for (int i = 0; i < images.Count; i++)
        {
            counts[images.Label(i)]++;
        }

        return counts;
    }

    /// <summary>Images of a set by a hash of their pixels: equal images have equal hashes, and the few others that do are compared.</summary>
    private sealed class SeenImages(LabelledImages images)
    {
        private readonly Dictionary<int, List<int>> _byHash = [];

        public void Add(int image)
        {
            int hash = Hash(images.Pixels(image));
            if (!_byHash.TryGetValue(hash, out List<int>? same))
            {
                _byHash[hash] = same = [];
            }

            same.Add(image);
        }

        /// <summary>The first that was added with these pixels; null if there is none.</summary>
        public int? Find(ReadOnlySpan<byte> pixels)
        {
            foreach (int candidate in _byHash.GetValueOrDefault(Hash(pixels)) ?? [])
            {
                if (pixels.SequenceEqual(images.Pixels(candidate)))
                {
                    return candidate;
                }
            }

            return null;
        }

        private static int Hash(ReadOnlySpan<byte> pixels)
        {
            var hash = new HashCode();
            hash.AddBytes(pixels);
            return hash.ToHashCode();
        }
    }
}
