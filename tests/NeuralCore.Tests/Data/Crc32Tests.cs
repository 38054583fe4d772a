using System.Text;
using FsCheck.Xunit;
using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public class Crc32Tests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Known_answers(string text, uint expected)
    {
        var crc = new Crc32();
        crc.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, crc.Value);
    }

    [Property]
    public void Equals_the_definition_however_the_bytes_are_split(byte[] bytes, byte cut)
    {
        int first = bytes.Length == 0 ? 0 : cut % bytes.Length;
        var crc = new Crc32();
        crc.Append(bytes.AsSpan(0, first));
        crc.Append(bytes.AsSpan(first));
        Assert.Equal(ByDefinition(bytes), crc.Value);
    }

    private static uint ByDefinition(byte[] bytes)
    {
        uint remainder = uint.MaxValue;
        foreach (byte value in bytes)
        {
            remainder ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
            }
        }

        return ~remainder;
    }
}
