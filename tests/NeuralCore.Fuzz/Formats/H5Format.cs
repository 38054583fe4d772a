using System.Text;
using NeuralCore.Files;
using NeuralCore.Fuzz.Mutation;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Keras's legacy format: HDF5, whose structures begin with four letters and point to each other by addresses.</summary>
public sealed class H5Format : ModelFormat
{
    private static readonly byte[][] Marks =
    [
        "HDF\r\n"u8.ToArray(), "OHDR"u8.ToArray(), "GCOL"u8.ToArray(), "TREE"u8.ToArray(), "SNOD"u8.ToArray(), "HEAP"u8.ToArray(), "weight_names"u8.ToArray(),
        "layer_names"u8.ToArray(), "model_config"u8.ToArray(), [0x11, 0, 0x10, 0], [0x10, 0, 0x10, 0], "FRHP"u8.ToArray(), "BTHD"u8.ToArray(),
    ];

    /// <inheritdoc/>
    public override string Extension => ".h5";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Foreign =>
        ["keras-small.h5", "k216_residual.h5", "k24_chain.h5", "k3_nested_latest.h5", "k3_functional_bn_gzip.h5", "k2_rmsprop.h5"];

    /// <inheritdoc/>
    protected override SaveOptions Options => new() { OptimizerState = true };

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random) => DamageFile(file, random);

    /// <summary>Damages HDF5 wherever it stands.</summary>
    public static byte[] DamageFile(byte[] file, Random random) => random.Next(6) switch
    {
        0 => ByteDamage.Anywhere(file, random),
        1 => SwapAddresses(file, random),
        2 => DamageText(file, random),
        _ => ByteDamage.Behind(file, Marks, reach: 200, random),
    };

    /// <summary>Lets one pointer point to where another does.</summary>
    private static byte[] SwapAddresses(byte[] file, Random random)
    {
        List<int> pointers = [];
        for (int tries = 0; tries < 4_000 && pointers.Count < 2; tries++)
        {
            int place = random.Next(Math.Max(1, file.Length - 8));
            if (place + 8 <= file.Length && BitConverter.ToUInt64(file, place) is > 0 and var value && value < (ulong)file.Length)
            {
                pointers.Add(place);
            }
        }

        return pointers is [var from, var to] ? ByteDamage.Overwrite(file, to, file.AsSpan(from, 8)) : ByteDamage.Anywhere(file, random);
    }

    /// <summary>Changes the JSON within, in as many bytes as it had.</summary>
    private static byte[] DamageText(byte[] file, Random random)
    {
        int start = file.AsSpan().IndexOf("{\"class_name\""u8);
        int length = start < 0 ? -1 : file.AsSpan(start).IndexOf((byte)0);
        if (length < 2)
        {
            return ByteDamage.Anywhere(file, random);
        }

        byte[] text = Encoding.UTF8.GetBytes(JsonDamage.Damage(Encoding.UTF8.GetString(file, start, length), random));
        Array.Resize(ref text, length);
        text.AsSpan().Replace((byte)0, (byte)' ');
        return ByteDamage.Overwrite(file, start, text);
    }
}
