using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace NeuralCore.Tests;

/// <summary>Files of small pictures, in folders and archives.</summary>
internal static class PictureFiles
{
    /// <summary>A picture of one colour with a bar of another in a column, as a BMP file of 24 bits a pixel.</summary>
    /// <param name="side">Rows and columns.</param>
    /// <param name="column">The column of the bar.</param>
    /// <param name="bar">Its red, green and blue.</param>
    /// <param name="paper">Those of the rest.</param>
    public static byte[] Bmp(int side, int column, (byte R, byte G, byte B) bar, (byte R, byte G, byte B) paper = default)
    {
        int stride = ((side * 3) + 3) / 4 * 4;
        var file = new byte[54 + (stride * side)];
        "BM"u8.CopyTo(file);
        (int At, int Value)[] numbers = [(2, file.Length), (10, 54), (14, 40), (18, side), (22, side)];
        foreach ((int at, int value) in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        (file[26], file[28]) = (1, 24);
        for (int i = 0; i < side * side; i++)
        {
            (byte r, byte g, byte b) = i % side == column ? bar : paper;
            (byte[] bgr, int place) = ([b, g, r], 54 + (i / side * stride) + (i % side * 3));
            bgr.CopyTo(file, place);
        }

        return file;
    }

    /// <summary>A set of three classes whose pictures differ in the place of a bar.</summary>
    /// <param name="ofAClass">How many of each.</param>
    /// <param name="prefix">Folders above those of the classes, with a slash at the end.</param>
    /// <param name="isColoured">Whether the bar is red instead of white.</param>
    public static Dictionary<string, byte[]> ThreeClasses(int ofAClass, string prefix = "", bool isColoured = false)
    {
        string[] classes = ["cat", "dog", "owl"];
        var files = new Dictionary<string, byte[]>();
        for (int c = 0; c < classes.Length; c++)
        {
            for (int i = 0; i < ofAClass; i++)
            {
                byte shade = (byte)(255 - (3 * i));
                files[$"{prefix}{classes[c]}/{i}.bmp"] = Bmp(12, 2 + (3 * c), (shade, isColoured ? (byte)0 : shade, isColoured ? (byte)0 : shade));
            }
        }

        return files;
    }

    /// <summary>Writes files below a folder.</summary>
    public static string WriteFolder(string folder, IReadOnlyDictionary<string, byte[]> files)
    {
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        return folder;
    }

    /// <summary>The files as a tar archive.</summary>
    /// <param name="files">The files by their names.</param>
    /// <param name="more">Adds what else is to be in it.</param>
    public static byte[] Tar(IReadOnlyDictionary<string, byte[]> files, Action<TarWriter>? more = null)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }

            more?.Invoke(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Bytes compressed by gzip.</summary>
    public static byte[] Gzip(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>The files as a zip archive.</summary>
    public static byte[] Zip(IReadOnlyDictionary<string, byte[]> files)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
