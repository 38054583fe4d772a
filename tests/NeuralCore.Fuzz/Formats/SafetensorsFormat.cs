using System.Buffers.Binary;
using System.Text;
using NeuralCore.Fuzz.Mutation;

namespace NeuralCore.Fuzz.Formats;

/// <summary>safetensors: a length, a JSON header, and numbers.</summary>
public class SafetensorsFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Extension => ".safetensors";

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random)
    {
        int length = file.Length < 8 ? int.MaxValue : (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(file), int.MaxValue);
        if (random.Next(3) == 0 || length > file.Length - 8)
        {
            return ByteDamage.At(file, random.Next(Math.Min(file.Length, 4_096) + 1), random);
        }

        string header = JsonDamage.Damage(Encoding.UTF8.GetString(file, 8, length), random);
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, bytes.Length);
        return [.. prefix, .. bytes, .. file[(8 + length)..]];
    }
}
