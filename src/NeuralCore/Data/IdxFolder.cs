using System.Text.RegularExpressions;

namespace NeuralCore.Data;

/// <summary>
/// Finds the four IDX files of a set in a folder, by the names under which sets are published: MNIST's own; with dots for dashes, as some programs
/// unpack them; with EMNIST's prefix; in the folders that torchvision makes. What is compressed is known by its content.
/// </summary>
internal static partial class IdxFolder
{
    private const string Compressed = ".gz";

    /// <summary>Where a set may lie below the folder that is named: torchvision puts it into MNIST/raw.</summary>
    private static readonly string[] Below = ["", "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "QMNIST/raw", "EMNIST/raw"];

    /// <summary>Finds a file.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="name">MNIST's name of the file: <c>t10k-images-idx3-ubyte</c>.</param>
    /// <exception cref="DataFileException">There is no such folder, no such file, or several that it could be.</exception>
    public static string Locate(string directory, string name)
    {
        if (File.Exists(directory))
        {
            throw new DataFileException(directory, $"'{directory}' is a file; name the folder that holds it and the three others of its set.");
        }

        if (!Directory.Exists(directory))
        {
            throw new DataFileException(
                directory, $"The folder '{directory}' does not exist; name a folder that holds MNIST's four IDX files.");
        }

        foreach (string below in Below)
        {
            string folder = Path.Combine(directory, below);
            if (Directory.Exists(folder) && Find(folder, name) is { } found)
            {
                return found;
            }
        }

        throw Missing(directory, name);
    }

    /// <summary>Whether a file is EMNIST's, whose images are stored with rows and columns exchanged.</summary>
    public static bool IsTransposed(string path) => Path.GetFileName(path).StartsWith("emnist-", StringComparison.OrdinalIgnoreCase);

    private static string? Find(string folder, string name)
    {
        string plain = Path.Combine(folder, name);
        foreach (string exact in (ReadOnlySpan<string>)[plain, plain + Compressed])
        {
            if (File.Exists(exact))
            {
                return exact;
            }
        }

        string[] alike = [.. Entries(folder).Where(path => Canonical(Path.GetFileName(path)) == name).Order(StringComparer.Ordinal)];
        if (alike.Select(path => Path.GetFileName(path)[..^SuffixLength(path)]).Distinct(StringComparer.OrdinalIgnoreCase).Skip(1).Any())
        {
            throw new DataFileException(
                folder, $"The folder '{folder}' holds '{Path.GetFileName(alike[0])}' and '{Path.GetFileName(alike[1])}', files of two sets; give each set a folder of its own.");
        }

        return alike.Select(AsFile).FirstOrDefault(path => path is not null);
    }

    /// <summary>A file itself; of a folder that was unpacked under the file's name, the file in it.</summary>
    private static string? AsFile(string path) => !Directory.Exists(path)
        ? path
        : Directory.EnumerateFiles(path).FirstOrDefault(inner => Canonical(Path.GetFileName(inner)) == Canonical(Path.GetFileName(path)));

    private static IEnumerable<string> Entries(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, $"The folder '{folder}' cannot be read; name one that you may read.", failure);
        }
    }

    private static int SuffixLength(string path) => path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase) ? Compressed.Length : 0;

    /// <summary>MNIST's name for a file of one of the usual names; null for any other.</summary>
    private static string? Canonical(string file)
    {
        Match match = UsualName().Match(file[..^SuffixLength(file)].Replace('.', '-').Replace('_', '-').ToLowerInvariant());
        return match.Success ? $"{(match.Groups["part"].Value == "train" ? "train" : "t10k")}-{match.Groups["rest"].Value}" : null;
    }

    /// <summary>Says what is missing, and which file there looks like it.</summary>
    private static DataFileException Missing(string directory, string name)
    {
        string plain = Path.Combine(directory, name), kind = name.Contains("images", StringComparison.Ordinal) ? "image" : "label";
        bool isTraining = name.StartsWith("train", StringComparison.Ordinal);
        string? near = Entries(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).FirstOrDefault(file =>
            file.Contains(kind, StringComparison.OrdinalIgnoreCase)
            && isTraining == file.Contains("train", StringComparison.OrdinalIgnoreCase)
            && (isTraining || file.Contains("t10k", StringComparison.OrdinalIgnoreCase) || file.Contains("test", StringComparison.OrdinalIgnoreCase)));
        string hint = near is null ? "put either of them into that folder" : $"'{near}' is there: rename it if that is the file";
        return new DataFileException(plain, $"The file '{plain}' is missing, and so is '{name}{Compressed}'; {hint}.");
    }

    [GeneratedRegex("^(emnist-[a-z]+-)?(?<part>train|t10k|test)-(?<rest>images-idx3-ubyte|labels-idx1-ubyte)$")]
    private static partial Regex UsualName();
}
