using NeuralCore.Data;
using NeuralCore.Fuzz.Mutation;
using NeuralCore.Imaging.Decoding;

namespace NeuralCore.Fuzz.Formats;

/// <summary>Pictures of one format, as <c>predict</c> reads them.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="seeds">Makes sound pictures of it.</param>
/// <param name="marks">Bytes by which structures begin.</param>
/// <param name="repair">Makes checksums right again after a damage, or the damage would hide all behind it; null if the format has none.</param>
public sealed class PictureFormat(string name, Func<IReadOnlyList<byte[]>> seeds, IReadOnlyList<byte[]> marks, Func<byte[], byte[]>? repair = null) : FuzzFormat
{
    private const int Reach = 64;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Extension => "." + name;

    /// <summary>
    /// A hundred bytes may describe a picture of 64 megapixels, which is reduced to a quarter of them: 4 bytes each while it is decoded, and 3 after.
    /// </summary>
    public override long MostExtraBytes => (ImageFile.MaxPixels * 7L) + base.MostExtraBytes;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() => seeds();

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random)
    {
        byte[] damaged = random.Next(3) switch
        {
            0 => ByteDamage.Behind(file, marks, Reach, random),
            1 => ByteDamage.At(file, random.Next(Math.Min(file.Length, Reach) + 1), random),
            _ => ByteDamage.Anywhere(file, random),
        };
        return repair is not null && random.Next(4) > 0 ? repair(damaged) : damaged;
    }

    /// <inheritdoc/>
    public override void Open(string path) => ImageFile.Read(path);

    /// <inheritdoc/>
    public override bool IsDocumented(Exception failure) => failure is DataFileException;
}
