namespace NeuralCore.Randomness;

/// <summary>
/// Random numbers one after another, for work that is done in order: initial weights, permutations. The sequence is
/// fixed by the seed and by what it is for; see <see cref="RandomPurpose"/>.
/// </summary>
public sealed class RandomStream
{
    private readonly uint _seedLow;
    private readonly uint _seedHigh;
    private readonly RandomPurpose _purpose;
    private readonly uint _a;
    private readonly uint _b;
    private uint _nextBlock;
    private int _wordsLeft;
    private (uint W0, uint W1, uint W2, uint W3) _block;

    /// <summary>Begins a sequence.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="a">Which of these sequences, for example the layer or the epoch.</param>
    /// <param name="b">A second number of the same kind.</param>
    public RandomStream(ulong seed, RandomPurpose purpose, uint a = 0, uint b = 0)
    {
        (_seedLow, _seedHigh) = ((uint)seed, (uint)(seed >> 32));
        (_purpose, _a, _b) = (purpose, a, b);
    }

    /// <summary>The next 32 random bits.</summary>
    /// <exception cref="OverflowException">All 2^32 blocks of the sequence are used up (after 17 thousand million words).</exception>
    public uint NextUInt32()
    {
        if (_wordsLeft == 0)
        {
            _block = Philox4x32.Block(_nextBlock, _a, _b, (uint)_purpose, _seedLow, _seedHigh);
            _nextBlock = checked(_nextBlock + 1);
            _wordsLeft = 4;
        }

        return _wordsLeft-- switch
        {
            4 => _block.W0,
            3 => _block.W1,
            2 => _block.W2,
            _ => _block.W3,
        };
    }

    /// <summary>A number in [0, 1): a multiple of 2^-24, all of them equally likely and exact as a float.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>A number in [0, 1): a multiple of 2^-53, all of them equally likely and exact as a double.</summary>
    public double NextDouble()
    {
        ulong high = NextUInt32();
        return (((high << 32) | NextUInt32()) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>A standard normal variable, by the method of Box and Muller (1958).</summary>
    /// <remarks>Logarithm and cosine are the platform's, so the last digits may be others on another.</remarks>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>A whole number in [0, bound), each equally likely.</summary>
    /// <param name="bound">At least 1.</param>
    /// <remarks>
    /// Lemire, "Fast random integer generation in an interval" (2019): the upper half of a 32 x 32-bit product is the
    /// number; the 2^32 mod bound products that would favour some numbers are recognised by their lower half and drawn again.
    /// </remarks>
    public uint NextBelow(uint bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ulong product = (ulong)NextUInt32() * bound;
        if ((uint)product < bound)
        {
            uint surplus = (0u - bound) % bound;
            while ((uint)product < surplus)
            {
                product = (ulong)NextUInt32() * bound;
            }
        }

        return (uint)(product >> 32);
    }

    /// <summary>Puts the values into a random order, each order equally likely (Fisher and Yates, from the end).</summary>
    /// <param name="values">The values to reorder.</param>
    public void Shuffle(Span<int> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int chosen = (int)NextBelow((uint)last + 1);
            (values[last], values[chosen]) = (values[chosen], values[last]);
        }
    }
}
