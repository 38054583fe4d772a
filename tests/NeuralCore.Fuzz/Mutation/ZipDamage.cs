using System.IO.Compression;

namespace NeuralCore.Fuzz.Mutation;

/// <summary>Damage to a part of a zip archive, which is then packed anew, so that a reader comes as far as the damage.</summary>
public static class ZipDamage
{
    private const int BombBytes = 8 << 20;

    /// <summary>Damages a copy of an archive.</summary>
    /// <param name="archive">A sound archive.</param>
    /// <param name="damage">Damages the part of a name.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Damage(byte[] archive, Func<string, byte[], byte[]> damage, Random random)
    {
        List<(string Name, byte[] Contents)> parts = Unpack(archive);
        int chosen = random.Next(parts.Count);
        (string name, byte[] contents) = parts[chosen];
        CompressionLevel level = CompressionLevel.NoCompression;
        switch (random.Next(8))
        {
            case 0:
                parts.RemoveAt(chosen);
                break;
            case 1:
                parts.Add((parts[random.Next(parts.Count)].Name, contents));
                break;
            case 2:
                parts[chosen] = (name, parts[random.Next(parts.Count)].Contents);
                break;
            case 3 when random.Next(16) == 0:
                (parts[chosen], level) = ((name, new byte[BombBytes]), CompressionLevel.Fastest);
                break;
            default:
                parts[chosen] = (name, damage(name, contents));
                break;
        }

        return Pack(parts, level);
    }

    private static List<(string Name, byte[] Contents)> Unpack(byte[] bytes)
    {
        using var archive = new ZipArchive(new MemoryStream(bytes));
        return [.. archive.Entries.Select(entry =>
        {
            var contents = new MemoryStream();
            using Stream stream = entry.Open();
            stream.CopyTo(contents);
            return (entry.FullName, contents.ToArray());
        })];
    }

    private static byte[] Pack(List<(string Name, byte[] Contents)> parts, CompressionLevel level)
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] contents) in parts)
            {
                using Stream stream = archive.CreateEntry(name, level).Open();
                stream.Write(contents);
            }
        }

        return bytes.ToArray();
    }
}
