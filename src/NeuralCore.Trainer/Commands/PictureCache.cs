using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// A file of prepared pictures. Its name is a hash of what they were made of and how, so pictures that changed are read anew: the path, the sizes and times of
/// its files, the options. The file is a SHA-256 of the rest, the length of a description in JSON, that, and the labels and pixels.
/// </summary>
internal sealed class PictureCache
{
    private const int Version = 1;

    private readonly string _path;

    /// <summary>Finds the place of the pictures.</summary>
    /// <param name="folder">The folder of the cache.</param>
    /// <param name="source">The folder or archive.</param>
    /// <param name="options">How they are prepared.</param>
    public PictureCache(string folder, string source, PictureOptions options) => _path = Path.Combine(folder, $"{KeyOf(source, options)}.pictures");

    /// <summary>Reads the pictures; null if there are none, or the file is damaged.</summary>
    public PictureSet? Read()
    {
        try
        {
            byte[] file = File.ReadAllBytes(_path);
            ReadOnlySpan<byte> content = file.AsSpan(SHA256.HashSizeInBytes);
            if (!SHA256.HashData(content).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                return null;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(content);
            CachedPictures about = JsonSerializer.Deserialize(content.Slice(sizeof(int), length), TrainerJson.Default.CachedPictures)!;
            var preparation = new PicturePreparation(PicturePreparation.ParseKind(about.Preparation)!.Value, about.Side, about.Channels);
            int labels = SHA256.HashSizeInBytes + sizeof(int) + length, pixels = labels + about.Training + about.Test;
            return new PictureSet(
                Part(0, about.Training), about.Test > 0 ? Part(about.Training, about.Test) : null, preparation, about.Remarks);

            LabelledImages Part(int first, int count) => new(
                file.AsMemory(pixels + (first * preparation.Length), count * preparation.Length), file.AsMemory(labels + first, count), preparation.Side, preparation.Side,
                about.Classes.Length, preparation.Channels)
            {
                ClassNames = about.Classes,
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes pictures.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Write(PictureSet pictures)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.Unwritable(_path, failure);
        }

        PicturePreparation preparation = pictures.Preparation;
        byte[] about = JsonSerializer.SerializeToUtf8Bytes(
            new CachedPictures(
                preparation.Name, preparation.Side, preparation.Channels, pictures.Train.Count, pictures.Test?.Count ?? 0, [.. pictures.Train.ClassNames!], [.. pictures.Remarks]),
            TrainerJson.Default.CachedPictures);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ForEachPart(pictures, about, hash.AppendData);
        AtomicFile.Write(_path, stream =>
        {
            stream.Write(hash.GetHashAndReset());
            ForEachPart(pictures, about, stream.Write);
        });
    }

    private static void ForEachPart(PictureSet pictures, byte[] about, Action<ReadOnlySpan<byte>> use)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, about.Length);
        use(length);
        use(about);
        LabelledImages[] parts = pictures.Test is { } test ? [pictures.Train, test] : [pictures.Train];
        foreach (LabelledImages part in parts)
        {
            use(part.Labels);
        }

        foreach (LabelledImages part in parts)
        {
            for (int i = 0; i < part.Count; i++)
            {
                use(part.Pixels(i));
            }
        }
    }

    private static string KeyOf(string source, PictureOptions options)
    {
        var text = new StringBuilder();
        text.Append(Version).Append('|').Append(options.Kind).Append('|').Append(options.Side).Append('|').Append(options.Channels).Append('|').Append(options.TestSplit)
            .Append('|').Append(options.Only).Append('|').AppendJoin('/', options.Classes ?? []).Append('|').Append(Path.GetFullPath(source));
        IEnumerable<FileInfo> files = Directory.Exists(source)
            ? new DirectoryInfo(source).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
            : [new FileInfo(source)];
        foreach (FileInfo file in files)
        {
            text.Append('\n').Append(file.FullName).Append('|').Append(file.Exists ? file.Length : 0).Append('|').Append(file.LastWriteTimeUtc.Ticks);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}

/// <summary>What a file of prepared pictures holds.</summary>
/// <param name="Preparation">The name of what was done.</param>
/// <param name="Side">The rows and columns.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Training">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Classes">The names of the classes.</param>
/// <param name="Remarks">What was left out.</param>
internal sealed record CachedPictures(string Preparation, int Side, int Channels, int Training, int Test, string[] Classes, string[] Remarks);
