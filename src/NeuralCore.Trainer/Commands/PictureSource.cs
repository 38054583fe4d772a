using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Trainer.Commands;

/// <summary>A picture that a command line names.</summary>
/// <param name="Name">Its file, or what is said of one that comes on the standard input.</param>
/// <param name="Read">Reads it.</param>
internal sealed record PictureSource(string Name, Func<ColourImage> Read)
{
    /// <summary>What stands for the standard input on a command line.</summary>
    public const string StandardInput = "-";

    /// <summary>What the picture on the standard input is called.</summary>
    private const string InputName = "standard input";

    /// <summary>Names of files that are taken out of a folder. Those that cannot be read are taken too, and reported.</summary>
    private static readonly HashSet<string> Extensions = new([.. ImageFile.Extensions, ".heic", ".heif", ".avif"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Lists the pictures that an argument stands for: a file, a folder with all pictures in it and below it, or the standard input.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="input">The standard input.</param>
    /// <exception cref="DataFileException">A folder has no pictures, or cannot be read.</exception>
    public static IEnumerable<PictureSource> Of(string argument, Stream input)
    {
        if (argument == StandardInput)
        {
            return [new PictureSource(InputName, () => ImageFile.Read(input, InputName))];
        }

        if (!Directory.Exists(argument))
        {
            return [new PictureSource(argument, () => ImageFile.Read(argument))];
        }

        try
        {
            string[] files = [.. Directory.EnumerateFiles(argument, "*", SearchOption.AllDirectories).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
            return files.Length > 0
                ? files.Select(file => new PictureSource(file, () => ImageFile.Read(file)))
                : throw new DataFileException(argument, $"The folder '{argument}' has no pictures in it; name one with PNG, JPEG, WebP, BMP, GIF or TIFF files.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(argument, $"The folder '{argument}' cannot be read; name one that you may read.", failure);
        }
    }
}
