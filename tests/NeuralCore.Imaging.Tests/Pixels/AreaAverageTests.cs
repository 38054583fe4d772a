using FsCheck.Xunit;
using NeuralCore.Vision.Pixels;
using Xunit;

namespace NeuralCore.Imaging.Tests.Pixels;

/// <summary>Resizing by areas.</summary>
public sealed class AreaAverageTests
{
    [Property(MaxTest = 100)]
    public void A_smaller_picture_holds_as_much_ink(byte seed, byte width, byte height, byte newWidth, byte newHeight)
    {
        GrayImage image = Noise(seed, 1 + width, 1 + height);
        GrayImage small = image.Resized(1 + (newWidth % image.Width), 1 + (newHeight % image.Height));

        // The mean is kept exactly; floats round each product and sum, at most a few hundred of them a pixel.
        Assert.Equal(image.Pixels.Average(), small.Pixels.Average(), 0.01f);
    }

    [Property(MaxTest = 100)]
    public void A_flat_picture_stays_flat_at_any_size(byte width, byte height, byte newWidth, byte newHeight)
    {
        var flat = new GrayImage(1 + width, 1 + height);
        Array.Fill(flat.Pixels, 200);
        Assert.All(flat.Resized(1 + newWidth, 1 + newHeight).Pixels, value => Assert.Equal(200f, value, 0.01f));
    }

    [Fact]
    public void Whole_factors_give_plain_means()
    {
        var image = new GrayImage(4, 2, [1, 3, 10, 20, 5, 7, 30, 40]);
        Assert.Equal([4, 25], image.Resized(2, 1).Pixels);
    }

    [Fact]
    public void Pixels_cut_through_are_shared()
    {
        // Three columns to two: the middle one goes half to each side.
        Assert.Equal([3f * 2 / 3, 7f], new GrayImage(3, 1, [0, 6, 7.5f]).Resized(2, 1).Pixels, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void The_same_size_is_the_same_picture()
    {
        GrayImage image = Noise(1, 9, 7);
        Assert.Equal(image.Pixels, image.Resized(9, 7).Pixels);
    }

    private static GrayImage Noise(int seed, int width, int height)
    {
        var random = new Random(seed);
        return new GrayImage(width, height, [.. Enumerable.Range(0, width * height).Select(_ => (float)random.Next(256))]);
    }
}
