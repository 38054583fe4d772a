namespace NeuralCore.Gpu.Kernels;

/// <summary>A dropout's mask as kernels take it; <see cref="NeuralCore.DropoutMask"/> says what it is a function of.</summary>
internal readonly struct MaskKey(in DropoutMask mask)
{
    public readonly uint SeedLow = (uint)mask.Seed;
    public readonly uint SeedHigh = (uint)(mask.Seed >> 32);
    public readonly uint Step = mask.Step;
    public readonly uint Layer = mask.Layer;
    public readonly uint Threshold = mask.Threshold;

    /// <summary>What is kept is multiplied by this.</summary>
    public readonly float Scale = (float)mask.Scale;
}

/// <summary>
/// Philox4x32-10 on the device, word for word <see cref="Randomness.Philox4x32"/>, and the dropout masks drawn with it. Whole numbers
/// only, so every device draws the CPU's masks to the bit.
/// </summary>
internal static class Philox
{
    /// <summary>Whether a mask keeps element <paramref name="index"/>.</summary>
    internal static bool Keeps(in MaskKey mask, int index)
    {
        int half = (index >> 3) & 7;
        uint word = Word(Block(mask, ((index >> 6) << 3) + (index & 7)), half >> 1);
        return Bits(word, half) >= mask.Threshold;
    }

    /// <summary>The four words of block <paramref name="index"/> of a mask, whose eight halves belong to elements 64 g + 8 h + l, with g and l the index's parts by 8.</summary>
    internal static PhiloxWords Block(in MaskKey mask, int index)
    {
        uint c0 = (uint)index, c1 = mask.Step, c2 = mask.Layer, c3 = (uint)Randomness.RandomPurpose.Dropout;
        uint k0 = mask.SeedLow, k1 = mask.SeedHigh;
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53ul * c0;
            ulong product1 = 0xCD9E8D57ul * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }

        return new PhiloxWords(c0, c1, c2, c3);
    }

    /// <summary>One word of the four.</summary>
    internal static uint Word(PhiloxWords words, int index) => index < 2 ? (index == 0 ? words.W0 : words.W1) : (index == 2 ? words.W2 : words.W3);

    /// <summary>The 16 bits of an even or an odd half.</summary>
    internal static uint Bits(uint word, int half) => (half & 1) == 0 ? word & 0xFFFFu : word >> 16;
}

/// <summary>What one counter gives.</summary>
internal readonly struct PhiloxWords(uint w0, uint w1, uint w2, uint w3)
{
    public readonly uint W0 = w0;
    public readonly uint W1 = w1;
    public readonly uint W2 = w2;
    public readonly uint W3 = w3;
}
