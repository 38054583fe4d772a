namespace NeuralCore;

/// <summary>The sizes of a pooling over whole images: input N x Positions x Channels, output N x Channels.</summary>
internal readonly record struct GlobalPool2DShape
{
    /// <summary>Makes the sizes.</summary>
    /// <param name="positions">The pixels of an image.</param>
    /// <param name="channels">The channels of a pixel, pooled one by one.</param>
    /// <exception cref="ArgumentException">A size is not positive, or there are more positions than a float can tell apart.</exception>
    public GlobalPool2DShape(int positions, int channels)
    {
        if (Math.Min(positions, channels) < 1 || positions > 1 << 24)
        {
            throw new ArgumentException($"A pooling over whole images takes from 1 to 16,777,216 pixels of at least one channel, not {positions} of {channels}.");
        }

        (Positions, Channels) = (positions, channels);
    }

    /// <summary>The pixels of an image.</summary>
    public int Positions { get; }

    /// <summary>The channels of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Elements of one input image.</summary>
    public int InputCount => Positions * Channels;
}
