using System.Buffers.Binary;
using FsCheck;
using FsCheck.Xunit;
using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

/// <summary>What damage can do to an IDX file: be refused, or, where the format cannot tell, be read as it stands.</summary>
public class IdxDamageTests
{
    private const int HeaderLength = 16;

    private static readonly byte[] Plain = IdxBytes.Images(7, 5, 3);
    private static readonly byte[] Compressed = IdxBytes.Gzip(Plain);
    private static readonly byte[] PlainLabels = IdxBytes.Labels(40);

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Plain.Length; length++)
        {
            Assert.Null(TryRead(Plain[..length], "images"));
        }

        for (int length = 0; length < Compressed.Length; length++)
        {
            Assert.Null(TryRead(Compressed[..length], "images.gz"));
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_plain_header_is_refused_and_of_a_pixel_is_that_pixel()
    {
        for (int bit = 0; bit < 8 * Plain.Length; bit++)
        {
            byte[] flipped = Flip(Plain, bit);
            byte[]? pixels = TryRead(flipped, "images");
            if (bit < 8 * HeaderLength)
            {
                Assert.Null(pixels);
            }
            else
            {
                Assert.Equal(flipped[HeaderLength..], pixels);
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_label_file_is_refused_or_is_another_valid_label()
    {
        const int LabelHeader = 8;
        for (int bit = 0; bit < 8 * PlainLabels.Length; bit++)
        {
            byte[] flipped = Flip(PlainLabels, bit);
            bool valid = bit >= 8 * LabelHeader && flipped[bit / 8] < 10;
            if (valid)
            {
                Assert.Equal(flipped[LabelHeader..], IdxFile.ReadLabels(new MemoryStream(flipped), "labels", 10));
            }
            else
            {
                Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(new MemoryStream(flipped), "labels", 10));
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_compressed_file_is_refused_or_changes_nothing()
    {
        // What says nothing about the contents: the text flag, time, compression level and system in the header, and
        // the unused bits of the last compressed byte.
        const int Harmless = 1 + (8 * 6) + 7;

        int unnoticed = 0;
        for (int bit = 0; bit < 8 * Compressed.Length; bit++)
        {
            if (TryRead(Flip(Compressed, bit), "images.gz") is { } pixels)
            {
                Assert.Equal(Plain[HeaderLength..], pixels);
                unnoticed++;
            }
        }

        Assert.InRange(unnoticed, 0, Harmless);
    }

    [Property(MaxTest = 3000)]
    public void Damage_that_knows_the_format_is_refused_or_read_in_bounded_memory(DoNotSize<int> seed) => Damage(seed.Item);

    /// <summary>Damages a file in up to three ways and reads it.</summary>
    private static void Damage(int seed)
    {
        var random = new Random(seed);
        bool compressed = random.Next(2) == 0;
        byte[] file = compressed && random.Next(2) == 0 ? [.. Compressed] : [.. Plain];
        bool compressAfterwards = compressed && file.Length == Plain.Length;
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            file = Mutate(file, random);
        }

        if (compressAfterwards)
        {
            file = Mutate(IdxBytes.Gzip(file), random);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        TryRead(file, compressed ? "images.gz" : "images");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * file.Length) + (1 << 20));
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        uint[] extremes = [0, 1, 2, 15, 255, 65536, int.MaxValue, 0x80000000, uint.MaxValue, (uint)file.Length];
        uint extreme = extremes[random.Next(extremes.Length)];
        if (file.Length < 24)
        {
            return [.. file, .. file];
        }

        byte[] mutated = [.. file];
        int place = random.Next(file.Length);
        switch (random.Next(8))
        {
            case 0:
                mutated[place] = (byte)random.Next(256);
                return mutated;
            case 1:
                return Flip(file, (8 * place) + random.Next(8));
            case 2:
                return file[..place];
            case 3:
                return [.. file[..place], .. file[random.Next(file.Length)..]];
            case 4:
                return [.. file, .. file[place..]];
            case 5:
                BinaryPrimitives.WriteUInt32BigEndian(mutated.AsSpan(4 * random.Next(4)), extreme);
                return mutated;
            case 6:
                return IdxBytes.WithPromisedLength(file, extreme);
            default:
                return [.. file[..10], .. new byte[random.Next(300)], .. file[10..]];
        }
    }

    private static byte[] Flip(byte[] file, int bit)
    {
        byte[] flipped = [.. file];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>The pixels, or null if the file was refused as documented; any other exception fails the test.</summary>
    private static byte[]? TryRead(byte[] file, string name)
    {
        try
        {
            return IdxFile.ReadImages(new MemoryStream(file), name).Pixels;
        }
        catch (DataFileException refusal)
        {
            IdxFileTests.AssertOneSentence(refusal, name);
            return null;
        }
    }
}
