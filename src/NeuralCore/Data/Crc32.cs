using System.Buffers.Binary;

namespace NeuralCore.Data;

/// <summary>
/// The checksum of gzip (RFC 1952, section 8): the remainder of the bytes, read as a polynomial over GF(2), modulo
/// x^32 + x^26 + x^23 + x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5 + x^4 + x^2 + x + 1, least significant bit first.
/// </summary>
/// <remarks>
/// Eight bytes a step ("slicing-by-8", Kounavis and Berry 2005): table k holds the remainder of a byte that k further
/// bytes follow, so the eight look-ups do not wait for one another as they do when bytes are taken singly.
/// </remarks>
internal struct Crc32
{
    private const uint ReversedPolynomial = 0xEDB88320;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of everything appended so far.</summary>
    public uint Value { get; private set; }

    /// <summary>Takes in the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        // The remainder is kept inverted between calls, as the definition asks, so that leading zeros count too.
        uint crc = ~Value;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(7 << 8) + (int)(low & 0xFF)]
                ^ tables[(6 << 8) + (int)((low >> 8) & 0xFF)]
                ^ tables[(5 << 8) + (int)((low >> 16) & 0xFF)]
                ^ tables[(4 << 8) + (int)(low >> 24)]
                ^ tables[(3 << 8) + (int)(high & 0xFF)]
                ^ tables[(2 << 8) + (int)((high >> 8) & 0xFF)]
                ^ tables[(1 << 8) + (int)((high >> 16) & 0xFF)]
                ^ tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ tables[(int)((crc ^ value) & 0xFF)];
        }

        Value = ~crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 << 8];
        for (uint value = 0; value < 256; value++)
        {
            uint remainder = value;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ ReversedPolynomial : remainder >> 1;
            }

            tables[value] = remainder;
        }

        for (int entry = 256; entry < tables.Length; entry++)
        {
            uint before = tables[entry - 256];
            tables[entry] = (before >> 8) ^ tables[(int)(before & 0xFF)];
        }

        return tables;
    }
}
