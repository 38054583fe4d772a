using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>The random numbers of one image in one epoch: any block of four can be had directly, in any order, on any thread.</summary>
internal readonly struct ImageRandom(ulong seed, int epoch, int image)
{
    /// <summary>The block that says whether an image is mirrored, and how far it is moved.</summary>
    public const uint PlaceBlock = 3;

    /// <summary>The images' amounts use blocks below this one.</summary>
    public const uint FirstGridBlock = 4;

    /// <summary>The pixels' noise uses blocks from this one on.</summary>
    public const uint FirstNoiseBlock = 1 << 16;

    /// <summary>The words of eight blocks.</summary>
    public const int NoisePerCall = 32;

    // Four bytes, each uniform over 0 to 255: the mean and the standard deviation of their sum.
    private const int NoiseMean = 4 * 255 / 2;
    private const float NoiseDeviation = 147.80055f;

    /// <summary>Four numbers in [-1, 1), multiples of 2^-23.</summary>
    public (float A, float B, float C, float D) Signed(uint block)
    {
        (uint a, uint b, uint c, uint d) = Philox4x32.Block(
            block, (uint)epoch, (uint)image, (uint)RandomPurpose.Augmentation, (uint)seed, (uint)(seed >> 32));
        return (ToSigned(a), ToSigned(b), ToSigned(c), ToSigned(d));
    }

    /// <summary>
    /// Bell-shaped numbers of mean 0 and deviation 1, within 3.46 of it: each the sum of a word's four bytes (Irwin and Hall), which
    /// takes a tenth of the time of a logarithm and a cosine.
    /// </summary>
    /// <param name="call">Which of the sequences of 32.</param>
    /// <param name="destination">Receives 32 numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Noise(int call, Span<float> destination)
    {
        Philox4x32.Blocks8(
            FirstNoiseBlock + (8 * (uint)call), (uint)epoch, (uint)image, (uint)RandomPurpose.Augmentation, (uint)seed, (uint)(seed >> 32),
            out Vector256<uint> a, out Vector256<uint> b, out Vector256<uint> c, out Vector256<uint> d);
        ToNoise(a).CopyTo(destination);
        ToNoise(b).CopyTo(destination[8..]);
        ToNoise(c).CopyTo(destination[16..]);
        ToNoise(d).CopyTo(destination[24..]);
    }

    private static float ToSigned(uint word) => ((word >> 8) * (1f / (1 << 23))) - 1;

    private static Vector256<float> ToNoise(Vector256<uint> words)
    {
        Vector256<uint> low = Vector256.Create(0x00FF00FFu);
        Vector256<uint> pairs = (words & low) + ((words >>> 8) & low);
        Vector256<int> sums = ((pairs & Vector256.Create(0xFFFFu)) + (pairs >>> 16)).AsInt32();
        return Vector256.ConvertToSingle(sums - Vector256.Create(NoiseMean)) * (1 / NoiseDeviation);
    }
}
