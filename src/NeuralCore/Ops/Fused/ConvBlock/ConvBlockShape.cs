using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>The sizes of two convolutions, one behind the other, of which the second goes straight into a max-pooling.</summary>
internal readonly record struct ConvBlockShape
{
    /// <summary>Joins two ops.</summary>
    /// <exception cref="ArgumentException">The second does not take what the first gives.</exception>
    public ConvBlockShape(Conv2DShape first, Conv2DMaxPoolShape second)
    {
        if (second.Conv.Height != first.OutHeight || second.Conv.Width != first.OutWidth || second.Conv.Channels != first.Filters)
        {
            throw new ArgumentException("The second convolution takes the first one's output.");
        }

        (First, Second) = (first, second);
    }

    /// <summary>The first convolution, whose activation is a ReLU.</summary>
    public Conv2DShape First { get; }

    /// <summary>The second, and its pooling.</summary>
    public Conv2DMaxPoolShape Second { get; }

    /// <summary>Floating-point operations of one image in one direction, a multiply and an add counted as two.</summary>
    public long Flop => First.Flop + Second.Conv.Flop;

    /// <summary>
    /// Whether the second takes the image as the first gives it, and computing the first convolution twice is next to nothing beside computing the second once: what makes it better to forget
    /// its output than to store it.
    /// </summary>
    public static bool CanFuse(in Conv2DShape first, in Conv2DMaxPoolShape second) =>
        second.Conv.Height == first.OutHeight && second.Conv.Width == first.OutWidth && second.Conv.Channels == first.Filters && first.Flop <= second.Conv.Flop / 16;
}

/// <summary>The parameters of both convolutions, or their gradients.</summary>
/// <param name="First">Those of the first convolution, with a bias.</param>
/// <param name="Second">Those of the second, with a bias.</param>
internal readonly record struct ConvBlockParameters(ConvWeights First, ConvWeights Second);
