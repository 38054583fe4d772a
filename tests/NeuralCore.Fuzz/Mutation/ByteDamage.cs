using System.Buffers.Binary;

namespace NeuralCore.Fuzz.Mutation;

/// <summary>Damage that knows nothing but bytes, numbers, and places that look like the beginning of something.</summary>
public static class ByteDamage
{
    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 3, 7, 8, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
        long.MaxValue, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    /// <summary>Damages a copy anywhere.</summary>
    public static byte[] Anywhere(byte[] file, Random random) => At(file, random.Next(file.Length + 1), random);

    /// <summary>Damages a copy close behind one of the places where a mark stands.</summary>
    /// <param name="file">The file.</param>
    /// <param name="marks">The bytes by which structures begin.</param>
    /// <param name="reach">How far behind a mark its structure goes.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Behind(byte[] file, IReadOnlyList<byte[]> marks, int reach, Random random)
    {
        byte[] mark = marks[random.Next(marks.Count)];
        int start = random.Next(file.Length);
        int found = file.AsSpan(start).IndexOf(mark);
        found = found < 0 ? file.AsSpan().IndexOf(mark) : found + start;
        return found < 0 ? Anywhere(file, random) : At(file, Math.Min(file.Length, found + random.Next(reach)), random);
    }

    /// <summary>Damages a copy at a place.</summary>
    public static byte[] At(byte[] file, int place, Random random)
    {
        int left = file.Length - place;
        int count = Math.Min(left, 1 + random.Next(random.Next(4) == 0 ? 256 : 16));
        switch (random.Next(9))
        {
            case 0:
                return file[..place];
            case 1:
                return [.. file[..place], .. file[(place + count)..]];
            case 2:
                return [.. file[..place], .. file[place..(place + count)], .. file[place..]];
            case 3:
                byte[] noise = new byte[count];
                random.NextBytes(noise);
                return [.. file[..place], .. noise, .. file[place..]];
            case 4:
                int source = random.Next(file.Length - count + 1);
                return Overwrite(file, place, file[source..(source + count)]);
            case 5 when left > 0:
                return Overwrite(file, place, [(byte)(file[place] ^ (1 << random.Next(8)))]);
            case 6 when left > 0:
                return Overwrite(file, place, [(byte)random.Next(256)]);
            default:
                return Overwrite(file, place, Number(file, Math.Min(place, Math.Max(0, file.Length - 8)), random));
        }
    }

    /// <summary>Replaces bytes, as far as there are any.</summary>
    public static byte[] Overwrite(byte[] file, int place, ReadOnlySpan<byte> bytes)
    {
        var copy = (byte[])file.Clone();
        bytes[..Math.Min(bytes.Length, file.Length - place)].CopyTo(copy.AsSpan(place));
        return copy;
    }

    /// <summary>A number that sits on an edge, or near the one that stands there, in 1, 2, 4 or 8 bytes of either order.</summary>
    private static byte[] Number(byte[] file, int place, Random random)
    {
        Span<byte> there = stackalloc byte[8];
        file.AsSpan(place, Math.Min(8, file.Length - place)).CopyTo(there);
        ulong value = random.Next(4) switch
        {
            0 => BinaryPrimitives.ReadUInt64LittleEndian(there) + (ulong)random.Next(-16, 17),
            1 => (ulong)(file.Length + random.Next(-16, 17)),
            2 => (ulong)random.Next(file.Length + 1),
            _ => Interesting[random.Next(Interesting.Length)],
        };
        byte[] bytes = BitConverter.GetBytes(value)[..(1 << random.Next(4))];
        if (random.Next(8) == 0)
        {
            Array.Reverse(bytes);
        }

        return bytes;
    }
}
