namespace NeuralCore;

/// <summary>
/// Which elements a dropout keeps: a pure function of (seed, step, layer, index), so that backward recomputes the mask
/// instead of storing it, and every backend and every number of threads draws the same one.
/// </summary>
/// <remarks>
/// Each element takes 16 random bits and is dropped where they are below <see cref="Threshold"/>, so the rate is exact to
/// 2^-17. The bits of 64 neighbouring elements come from 8 Philox blocks of 8 halves each: element <c>64 g + 8 h + l</c> takes
/// half <c>h</c> of block <c>8 g + l</c>, so a vector of 8 lanes reads 8 elements' bits from the same half of 8 blocks.
/// </remarks>
internal readonly record struct DropoutMask
{
    /// <summary>Makes the mask of one layer in one training step.</summary>
    /// <param name="rate">The fraction to drop, in [0, 1).</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="step">The number of the training step.</param>
    /// <param name="layer">The number of the dropout layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public DropoutMask(double rate, ulong seed, uint step, uint layer)
    {
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and below 1.");
        }

        (Rate, Seed, Step, Layer) = (rate, seed, step, layer);
        Threshold = (uint)Math.Round(rate * 65536);
    }

    /// <summary>The fraction that is dropped.</summary>
    public double Rate { get; }

    /// <summary>The training's seed, the key of the generator.</summary>
    public ulong Seed { get; }

    /// <summary>The number of the training step.</summary>
    public uint Step { get; }

    /// <summary>The number of the dropout layer.</summary>
    public uint Layer { get; }

    /// <summary>
    /// The place of the first element in the whole batch, so that what is dropped does not depend on how a batch is cut into shards. 0 for a whole batch, and on
    /// backends that do not compute in the host's memory, which run no shards.
    /// </summary>
    public long First { get; init; }

    /// <summary>An element is dropped where its 16 random bits are below this.</summary>
    public uint Threshold { get; }

    /// <summary>What is kept is multiplied by this, 1 / (1 - rate), so that the expected sum stays the same.</summary>
    public double Scale => 1 / (1 - Rate);
}
