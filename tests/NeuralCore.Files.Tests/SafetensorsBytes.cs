using System.Buffers.Binary;
using System.Text;

namespace NeuralCore.Files.Tests;

/// <summary>Makes safetensors files byte by byte, right and wrong ones.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file with this header, whose length may lie, followed by a number of bytes of data.</summary>
    public static byte[] Make(string header, int dataBytes, ulong? headerLength = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength ?? (ulong)json.Length);
        json.CopyTo(bytes, 8);
        for (int i = 0; i < dataBytes; i++)
        {
            bytes[8 + json.Length + i] = (byte)i;
        }

        return bytes;
    }
}
