namespace NeuralCore.Fuzz.Mutation;

/// <summary>
/// Damage to one field of a protobuf message, at any depth. The messages around it get their lengths right, so that a reader
/// comes as far as the damage.
/// </summary>
public static class ProtobufDamage
{
    private const int MostDepth = 8;

    /// <summary>Damages a copy of a message.</summary>
    public static byte[] Damage(byte[] message, Random random) => Damage(message, random, 0);

    private static byte[] Damage(byte[] message, Random random, int depth)
    {
        if (Split(message) is not { Count: > 0 } fields)
        {
            return ByteDamage.Anywhere(message, random);
        }

        int chosen = random.Next(fields.Count);
        (int start, int body, int end, bool isBlock) = fields[chosen];
        byte[] before = message[..start], tag = message[start..body], contents = message[body..end], after = message[end..];
        if (isBlock && depth < MostDepth && random.Next(4) != 0)
        {
            // Tag and length of a block stand before its contents.
            byte[] inner = Damage(contents, random, depth + 1);
            return [.. before, .. Varint(ReadVarint(tag, 0).Value), .. Varint((ulong)inner.Length), .. inner, .. after];
        }

        (int otherStart, _, int otherEnd, _) = fields[random.Next(fields.Count)];
        switch (random.Next(7))
        {
            case 0:
                return [.. before, .. after];
            case 1:
                return [.. message[..end], .. message[start..end], .. after];
            case 2:
                return [.. before, .. message[otherStart..otherEnd], .. after];
            case 3:
                return [.. before, .. Varint((ulong)random.Next(1, 300)), .. Varint(Edge(random)), .. after];
            case 4:
                return [.. before, .. Varint(ReadVarint(tag, 0).Value), .. Varint(Edge(random)), .. contents, .. after];
            case 5:
                return [.. before, .. ByteDamage.Anywhere([.. tag, .. contents], random), .. after];
            default:
                return [.. before, .. tag, .. ByteDamage.Anywhere(contents, random), .. after];
        }
    }

    /// <summary>The fields of a message; null for bytes that are none.</summary>
    private static List<(int Start, int Body, int End, bool IsBlock)>? Split(byte[] message)
    {
        var fields = new List<(int, int, int, bool)>();
        for (int i = 0; i < message.Length;)
        {
            int start = i;
            (ulong tag, int next) = ReadVarint(message, i);
            bool isBlock = (tag & 7) == 2;
            (ulong value, int body) = (tag & 7) switch
            {
                0 or 2 => ReadVarint(message, next),
                1 => (0UL, next + 8),
                5 => (0UL, next + 4),
                _ => (0UL, -1),
            };
            ulong end = (ulong)body + (isBlock ? value : 0);
            if (next < 0 || body < 0 || tag >> 3 == 0 || end > (ulong)message.Length)
            {
                return null;
            }

            i = (int)end;
            fields.Add((start, isBlock ? body : next, i, isBlock));
        }

        return fields;
    }

    private static ulong Edge(Random random) => random.Next(5) switch
    {
        0 => (ulong)random.Next(64),
        1 => ulong.MaxValue,
        2 => int.MaxValue,
        3 => 1UL << random.Next(64),
        _ => (ulong)random.NextInt64(),
    };

    private static (ulong Value, int Next) ReadVarint(byte[] bytes, int place)
    {
        ulong value = 0;
        for (int shift = 0; place >= 0 && place < bytes.Length && shift < 64; shift += 7)
        {
            byte part = bytes[place++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (value, place);
            }
        }

        return (0, -1);
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
