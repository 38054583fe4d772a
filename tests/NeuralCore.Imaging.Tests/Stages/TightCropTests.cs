using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Stages;

/// <summary>Small pictures that end where their ink ends are read as signs, and not as frames.</summary>
public sealed class TightCropTests
{
    private const int Side = 32;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ring_at_all_edges_is_a_sign_and_no_frame(bool isLight)
    {
        GrayImage ring = DigitPipeline.Run(Draw(Side, 0, isLight), isDigit: false)!.Picture;
        int middle = ring.Width / 2, first = (ring.Width - MnistFrame.DigitSide) / 2, last = first + MnistFrame.DigitSide - 1;
        Assert.All([ring[first + 1, middle], ring[last - 1, middle], ring[middle, first + 1], ring[middle, last - 1]], ink => Assert.True(ink > 200, $"The ring has {ink} there."));
        Assert.All([ring[middle, middle], ring[middle + 4, middle], ring[first - 1, middle], ring[last + 1, middle]], ink => Assert.Equal(0, ink));
    }

    [Fact]
    public void What_reaches_fewer_edges_stays_as_it_is()
    {
        Assert.True(TightCrop.IsOne(Draw(Side, 0, false)));
        Assert.False(TightCrop.IsOne(Draw(Side, 1, false)));
        Assert.False(TightCrop.IsOne(Draw(8 * Side, 0, false)));
    }

    /// <summary>A ring of a pen four pixels wide, with a margin around it.</summary>
    private static ColourImage Draw(int side, int margin, bool isLight)
    {
        var pixels = new byte[side * side * ColourImage.Channels];
        double middle = (side - 1) / 2.0, radius = (side / 2.0) - margin;
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / ColourImage.Channels, side);
            bool isInk = Math.Sqrt(((x - middle) * (x - middle)) + ((y - middle) * (y - middle))) is var distance && distance <= radius && distance >= radius - 4;
            pixels[i] = isInk == isLight ? (byte)230 : (byte)20;
        }

        return new ColourImage(side, side, pixels);
    }
}
