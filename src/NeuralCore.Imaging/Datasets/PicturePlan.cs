using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;

namespace NeuralCore.Imaging.Datasets;

/// <summary>A picture that is to be read.</summary>
/// <param name="Position">Its place in the list of its store.</param>
/// <param name="Name">Its path within the store.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="IsTest">Whether it is one of the test images.</param>
internal readonly record struct PlannedPicture(int Position, string Name, int Class, bool IsTest);

/// <summary>
/// Which files of a store are pictures of which class. A class is a folder; above the classes may stand the two parts (train and test, or training and
/// testing), or folders that group them (upper/A), and around all of them a folder that holds nothing else.
/// </summary>
/// <param name="Pictures">The training images and then the test images, each by class, and within it by name.</param>
/// <param name="Classes">The names of the classes, in order.</param>
/// <param name="Remarks">What was left out, a sentence each.</param>
internal sealed record PicturePlan(IReadOnlyList<PlannedPicture> Pictures, IReadOnlyList<string> Classes, IReadOnlyList<string> Remarks)
{
    /// <summary>The classes are numbered by bytes.</summary>
    private const int MostClasses = byte.MaxValue + 1;

    private static readonly string[] TrainNames = ["train", "training"], TestNames = ["test", "testing"], ValidationNames = ["val", "valid", "validation"];

    /// <summary>Whether a file is a picture by its name.</summary>
    public static bool IsPicture(string name) => ImageFile.Extensions.Contains(Path.GetExtension(name));

    /// <summary>Sorts the files of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">Which classes are taken, and what is held out.</param>
    /// <exception cref="DataFileException">There are no pictures in folders of classes, a class has none, or the names of two differ in case only.</exception>
    public static PicturePlan Of(PictureStore store, PictureOptions options)
    {
        string? only = options.Only;
        var left = new LeftOut();
        List<Found> found = [.. Find(store, left)];
        if (found.All(file => file.IsFolder))
        {
            throw Refused(store, left.First is { } first
                ? $"has no pictures that can be read; '{first.Name}' {first.Reason}"
                : "has no pictures in it; name one with a folder of PNG, JPEG, WebP, BMP, GIF or TIFF files for each class");
        }

        StripWrapper(found);
        found = [.. WithParts(store, found, left)];
        if (only is not null)
        {
            string prefix = only.Trim('/') + "/";
            found.RemoveAll(file => !$"{string.Join('/', file.Folders)}/".StartsWith(prefix, StringComparison.Ordinal));
        }

        found.FindAll(IsInNoFolder).ForEach(file => left.Add(file.Name, "lies in no folder of a class"));
        found.RemoveAll(IsInNoFolder);
        if (found.All(file => file.IsFolder))
        {
            throw Refused(store, only is null
                ? "has pictures, but not in folders; put the pictures of each class into a folder of its own"
                : $"has no pictures in folders below '{only}'; --only takes a folder that holds classes");
        }

        Dictionary<string, string> names = ClassNames(store, found);
        RequireNoEmptyClass(store, found, names);
        string[] classes = options.Classes is { } known ? [.. known] : [.. names.Values.Order(NaturalOrder.Comparer)];
        var numbers = names.ToDictionary(pair => pair.Key, pair => Array.IndexOf(classes, pair.Value));
        if (numbers.FirstOrDefault(pair => pair.Value < 0).Key is { } stranger)
        {
            throw Refused(store, $"has the class '{names[stranger]}', and the model's classes are {string.Join(", ", classes)}; take the others alone with --only, or use a model that has it");
        }

        PlannedPicture[] pictures =
        [
            .. found.Where(file => !file.IsFolder)
                .Select(file => new PlannedPicture(file.Position, file.Name, numbers[string.Join('/', file.Folders)], file.IsTest))

                // An archive may hold a name twice; when it is unpacked, the last one stays.
                .GroupBy(picture => picture.Name).Select(sameName => sameName.Last())
                .OrderBy(picture => picture.IsTest).ThenBy(picture => picture.Class).ThenBy(picture => picture.Name, NaturalOrder.Comparer),
        ];
        bool isSplit = options.TestSplit > 0 && !pictures.Any(picture => picture.IsTest);
        return new PicturePlan(isSplit ? HoldOut(pictures, options.TestSplit) : pictures, classes, left.Remarks());

        static bool IsInNoFolder(Found file) => !file.IsFolder && file.Folders.Length == 0;
    }

    /// <summary>Makes the last part of each class test images: neighbours are often alike, as those of one writer or one scene are.</summary>
    private static PlannedPicture[] HoldOut(PlannedPicture[] pictures, double part) =>
    [
        .. pictures.GroupBy(picture => picture.Class).SelectMany(own =>
        {
            PlannedPicture[] all = [.. own];
            int held = all.Length > 1 ? Math.Clamp((int)Math.Round(all.Length * part), 1, all.Length - 1) : 0;
            return all.Select((picture, i) => picture with { IsTest = i >= all.Length - held });
        }).OrderBy(picture => picture.IsTest),
    ];

    private static IEnumerable<Found> Find(PictureStore store, LeftOut left)
    {
        int position = -1;
        foreach (StoredFile file in store.List())
        {
            position++;
            string[] path = file.Name.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (path.Length == 0 || path.Any(part => part.StartsWith('.') && part != "..") || path[0] == "__MACOSX")
            {
                // Operating systems keep such files beside others.
                continue;
            }

            if (file.Fault is { } fault)
            {
                left.Add(file.Name, fault);
            }
            else if (file.IsFolder)
            {
                yield return new Found(position, file.Name, path, IsFolder: true);
            }
            else if (IsPicture(file.Name))
            {
                yield return new Found(position, file.Name, path[..^1], IsFolder: false);
            }
            else
            {
                left.Add(file.Name, "does not have the extension of a picture");
            }
        }
    }

    /// <summary>Takes off the outermost folder, if it is the only one and there are folders within it, and repeats that.</summary>
    private static void StripWrapper(List<Found> found)
    {
        while (found.Where(file => !file.IsFolder).ToList() is var pictures
            && pictures.All(file => file.Folders.Length > 1 && file.Folders[0] == pictures[0].Folders[0])
            && PartOf(pictures[0].Folders[0]) is null)
        {
            string wrapper = pictures[0].Folders[0];
            found.RemoveAll(file => file.IsFolder && (file.Folders.Length == 1 || file.Folders[0] != wrapper));
            for (int i = 0; i < found.Count; i++)
            {
                found[i] = found[i] with { Folders = found[i].Folders[1..] };
            }
        }
    }

    private static List<Found> WithParts(PictureStore store, List<Found> found, LeftOut left)
    {
        HashSet<Part> parts = [.. found.Where(file => file.Folders.Length > 0).Select(file => PartOf(file.Folders[0])).OfType<Part>()];
        if (parts.Count == 0)
        {
            return found;
        }

        if (!parts.Contains(Part.Train) && parts.Count > 1)
        {
            throw Refused(store, "has a part to validate and one to test, and none to train; name the folder of training pictures 'train'");
        }

        bool leavesValidation = parts.Contains(Part.Validation) && parts.Contains(Part.Test);
        var kept = new List<Found>();
        foreach (Found file in found)
        {
            switch (file.Folders.Length == 0 ? null : PartOf(file.Folders[0]))
            {
                case null:
                    left.Add(file.Name, "lies in neither of the two parts");
                    break;
                case Part.Validation when leavesValidation:
                    left.AddValidation(file.IsFolder ? 0 : 1);
                    break;
                case { } part when file.Folders.Length > 1 || !file.IsFolder:
                    kept.Add(file with { Folders = file.Folders[1..], IsTest = part != Part.Train });
                    break;
                default:
                    break;
            }
        }

        return kept;
    }

    /// <summary>The name of the class of each folder that has pictures: the last part of its path, or all of it where that is not the only one.</summary>
    private static Dictionary<string, string> ClassNames(PictureStore store, List<Found> found)
    {
        string[] folders = [.. found.Where(file => !file.IsFolder).Select(file => string.Join('/', file.Folders)).Distinct()];
        foreach (IGrouping<string, string> alike in folders.GroupBy(folder => folder, StringComparer.OrdinalIgnoreCase).Where(alike => alike.Count() > 1))
        {
            throw Refused(
                store, $"has the folders '{alike.First()}' and '{alike.Last()}', whose names differ in case only; rename one, or put them into different folders, as upper/A and lower/a");
        }

        if (folders.Length > MostClasses)
        {
            throw Refused(store, $"has {folders.Length:N0} folders with pictures, and there may be {MostClasses} classes; take some of them with --only, or move folders together");
        }

        ILookup<string, string> byLast = folders.ToLookup(folder => folder[(folder.LastIndexOf('/') + 1)..]);
        return folders.ToDictionary(folder => folder, folder => folder[(folder.LastIndexOf('/') + 1)..] is var last && byLast[last].Count() == 1 ? last : folder);
    }

    private static void RequireNoEmptyClass(PictureStore store, List<Found> found, Dictionary<string, string> names)
    {
        foreach (Found folder in found.Where(file => file.IsFolder))
        {
            string path = string.Join('/', folder.Folders);
            if (!names.ContainsKey(path) && !names.Keys.Any(other => other.StartsWith($"{path}/", StringComparison.Ordinal)))
            {
                throw Refused(store, $"has the folder '{folder.Name.TrimEnd('/')}' without any picture that can be read; put some into it, or remove it");
            }
        }
    }

    private static Part? PartOf(string folder) =>
        TrainNames.Contains(folder, StringComparer.OrdinalIgnoreCase) ? Part.Train
        : TestNames.Contains(folder, StringComparer.OrdinalIgnoreCase) ? Part.Test
        : ValidationNames.Contains(folder, StringComparer.OrdinalIgnoreCase) ? Part.Validation
        : null;

    private static DataFileException Refused(PictureStore store, string what) => new(store.Path, $"'{store.Path}' {what}.");

    private enum Part
    {
        Train,
        Test,
        Validation,
    }

    private readonly record struct Found(int Position, string Name, string[] Folders, bool IsFolder, bool IsTest = false);

    /// <summary>Files that are not read, and why.</summary>
    private sealed class LeftOut
    {
        private readonly Dictionary<string, (string First, int Count)> _byReason = [];
        private int _validation;

        public (string Name, string Reason)? First { get; private set; }

        public void Add(string name, string reason)
        {
            First ??= (name, reason);
            (string first, int count) = _byReason.GetValueOrDefault(reason, (name, 0));
            _byReason[reason] = (first, count + 1);
        }

        public void AddValidation(int pictures) => _validation += pictures;

        public IReadOnlyList<string> Remarks() =>
        [
            .. _byReason.Select(left => left.Value.Count == 1
                ? $"'{left.Value.First}' was left out: it {left.Key}."
                : $"{left.Value.Count:N0} files were left out, as '{left.Value.First}', which {left.Key}."),
            .. _validation == 0 ? Array.Empty<string>() : [$"The {_validation:N0} pictures to validate with were left out: --validation-split holds out a part of the training images."],
        ];
    }
}
