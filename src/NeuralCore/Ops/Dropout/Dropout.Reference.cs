using System.Numerics;
using NeuralCore.Randomness;

namespace NeuralCore.Ops;

/// <summary>
/// Inverted dropout as a textbook loop: y = x * keep / (1 - rate), with keep in {0, 1} drawn by <see cref="DropoutMask"/>.
/// It is linear, so backward is the same function of dy: dx = dy * keep / (1 - rate). Nothing is saved.
/// </summary>
internal static class DropoutReference
{
    /// <summary>Scales what the mask keeps and zeroes the rest. <paramref name="destination"/> may be <paramref name="source"/>.</summary>
    public static void Apply<T>(in DropoutMask mask, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T scale = T.CreateChecked(mask.Scale);
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = Keeps(mask, i) ? source[i] * scale : T.Zero;
        }
    }

    /// <summary>Whether the mask keeps element <paramref name="index"/>.</summary>
    public static bool Keeps(in DropoutMask mask, int index)
    {
        (long group, long inGroup) = Math.DivRem(mask.First + index, 64);
        (long half, long lane) = Math.DivRem(inGroup, 8);
        (uint w0, uint w1, uint w2, uint w3) = Philox4x32.Block(
            (uint)((group * 8) + lane), mask.Step, mask.Layer, (uint)RandomPurpose.Dropout, (uint)mask.Seed, (uint)(mask.Seed >> 32));
        uint word = (half / 2) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
        uint bits = half % 2 == 0 ? word & 0xFFFF : word >> 16;
        return bits >= mask.Threshold;
    }
}
