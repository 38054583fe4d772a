using System.Text;
using NeuralCore.Fuzz.Mutation;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Keras 3's format: a zip archive of JSON and HDF5.</summary>
public sealed class KerasFormat : ModelFormat
{
    private static readonly byte[][] Marks = ["PK\u0003\u0004"u8.ToArray(), "PK\u0001\u0002"u8.ToArray(), "PK\u0005\u0006"u8.ToArray()];

    /// <inheritdoc/>
    public override string Extension => ".keras";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Foreign => ["keras-small.keras", "k3_normalised.keras", "k3_two_heads.keras", "k3_sgd_nesterov.keras"];

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random)
    {
        try
        {
            return random.Next(3) == 0 ? ByteDamage.Behind(file, Marks, reach: 60, random) : ZipDamage.Damage(file, DamagePart, random);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or NotSupportedException or IOException or ArgumentException)
        {
            // What was damaged before is no archive any more.
            return ByteDamage.Anywhere(file, random);
        }

        byte[] DamagePart(string name, byte[] contents) => name.EndsWith(".json", StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(JsonDamage.Damage(Encoding.UTF8.GetString(contents), random))
            : contents.Length == 0 ? contents : H5Format.DamageFile(contents, random);
    }
}
