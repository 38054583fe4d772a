namespace NeuralCore.Data;

/// <summary>
/// The handwritten digits of MNIST, 60,000 to train on and 10,000 to test with, or any other set in four IDX files of
/// the same names: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte,
/// each plain or compressed (where both are there, the plain one is read). The names that other programs give them are known too: dots for dashes,
/// EMNIST's prefix, torchvision's folders.
/// </summary>
/// <remarks>
/// A folder of one's own is taken as it is. The folder data/mnist of this project claims to be MNIST, so its contents
/// must have MNIST's hashes: a lost pixel should not be searched for as a bug in a network.
/// </remarks>
public static class Mnist
{
    private static readonly Part TrainPart = new(
        "train",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");

    private static readonly Part TestPart = new(
        "t10k",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

    /// <summary>Reads MNIST itself, from the folder that <see cref="FindDirectory"/> finds.</summary>
    /// <exception cref="DataFileException">There is none, or a file in it is not MNIST's.</exception>
    public static (LabelledImages Train, LabelledImages Test) Load() => Load(FindDirectory());

    /// <summary>Reads the training and the test images of a folder.</summary>
    /// <param name="directory">The folder of the four files; verified against MNIST's hashes if it is the project's own.</param>
    /// <param name="classes">The number of classes, 1 to 256: every label must be below it.</param>
    /// <param name="transpose">Whether the images are stored with rows and columns exchanged; null to know it by EMNIST's names.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or does not go with the others.</exception>
    public static (LabelledImages Train, LabelledImages Test) Load(string directory, int classes = 10, bool? transpose = null) =>
        LoadParts(directory, classes, IsOwnFolder(directory), transpose);

    /// <summary>Reads the test images alone, without opening the files of the training images.</summary>
    /// <inheritdoc cref="Load(string, int, bool?)" path="/param"/>
    /// <exception cref="DataFileException">A file is missing, damaged, or does not go with the other.</exception>
    public static LabelledImages LoadTest(string directory, int classes = 10, bool? transpose = null) =>
        LoadPart(TestPart, directory, classes, IsOwnFolder(directory), transpose);

    /// <summary>
    /// The project's own data: the nearest folder data/mnist that holds the images, going up from the current
    /// directory, and then from the program's, so that a clone finds its data wherever it is started from.
    /// </summary>
    /// <exception cref="DataFileException">There is none.</exception>
    public static string FindDirectory() =>
        TryFindDirectory() ?? throw new DataFileException(
            "data/mnist",
            $"MNIST was not found: no folder 'data/mnist' in or above '{Environment.CurrentDirectory}' or the program's own folder has its files; "
            + "copy data/mnist from NeuralCore's repository, or name the folder that holds the four files.");

    /// <summary>Reads both parts; <paramref name="verify"/> demands MNIST's own hashes.</summary>
    internal static (LabelledImages Train, LabelledImages Test) LoadParts(string directory, int classes, bool verify, bool? transpose = null)
    {
        // The small set first: what is wrong with it is then said at once, not after the 60,000 are decoded.
        LabelledImages test = LoadPart(TestPart, directory, classes, verify, transpose);
        LabelledImages train = LoadPart(TrainPart, directory, classes, verify, transpose);
        if (train.ItemShape != test.ItemShape)
        {
            string path = IdxFolder.Locate(directory, TestPart.ImageFile);
            throw new DataFileException(
                path,
                $"The file '{path}' holds images of {test.Height} x {test.Width} pixels and the training images have "
                + $"{train.Height} x {train.Width}; use the files of one set.");
        }

        return (train, test);
    }

    /// <summary>Whether this is the folder of <see cref="FindDirectory"/>, however it is written.</summary>
    internal static bool IsOwnFolder(string directory) =>
        directory.Length > 0
        && TryFindDirectory() is { } own
        && Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) == own;

    private static LabelledImages LoadPart(Part part, string directory, int classes, bool verify, bool? transpose)
    {
        string imagePath = IdxFolder.Locate(directory, part.ImageFile);
        string labelPath = IdxFolder.Locate(directory, part.LabelFile);
        byte[] labels = IdxFile.ReadLabels(labelPath, classes, verify ? part.LabelHash : null);
        IdxImages images = IdxFile.ReadImages(imagePath, verify ? part.ImageHash : null);
        images = transpose ?? IdxFolder.IsTransposed(imagePath) ? images.Transposed() : images;
        if (labels.Length != images.Count)
        {
            throw new DataFileException(
                labelPath,
                $"The file '{labelPath}' holds {labels.Length:N0} labels for the {images.Count:N0} images of "
                + $"'{imagePath}'; use the two files of one set.");
        }

        return new LabelledImages(images.Pixels, labels, images.Height, images.Width, classes);
    }

    private static string? Present(string plain) =>
        File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;

    private static string? TryFindDirectory()
    {
        foreach (string start in (ReadOnlySpan<string>)[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, "data", "mnist");
                if (Present(Path.Combine(candidate, TestPart.ImageFile)) is not null)
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>One half of MNIST: the names of its files and the SHA-256 of their uncompressed contents.</summary>
    private sealed record Part(string Name, string ImageHash, string LabelHash)
    {
        public string ImageFile => $"{Name}-images-idx3-ubyte";

        public string LabelFile => $"{Name}-labels-idx1-ubyte";
    }
}
