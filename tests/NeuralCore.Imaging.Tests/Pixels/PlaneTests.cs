using FsCheck.Xunit;
using NeuralCore.Vision.Pixels;
using Xunit;

namespace NeuralCore.Imaging.Tests.Pixels;

/// <summary>What is computed a vector at a time, against its definition.</summary>
public sealed class PlaneTests
{
    [Property(MaxTest = 200)]
    public void A_smoothed_pixel_is_the_rounded_mean_of_its_square(int seed)
    {
        var random = new Random(seed);
        (int width, int height) = (random.Next(1, 150), random.Next(1, 6));
        byte[] pixels = new byte[width * height];
        random.NextBytes(pixels);
        if (seed % 3 == 0)
        {
            Array.Fill(pixels, byte.MaxValue);
        }

        byte[] smooth = new BytePlane(width, height, pixels).Smoothed().Pixels;
        for (int i = 0; i < smooth.Length; i++)
        {
            (int x, int y) = (i % width, i / width);
            (int sum, int count) = (0, 0);
            for (int row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
            {
                for (int column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                {
                    (sum, count) = (sum + pixels[(row * width) + column], count + 1);
                }
            }

            Assert.Equal((sum + (count / 2)) / count, smooth[i]);
        }
    }

    [Property(MaxTest = 200)]
    public void A_mask_holds_the_pixels_above_the_threshold(int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => (float)random.Next(4))];
        Assert.Equal(values.Select(value => value > 1), Mask.Above(new GrayImage(values.Length, 1, values), 1).Pixels);
    }

    /// <summary>Against all pairs of pixels. Squared distances are whole numbers, so the roots are the same to the bit.</summary>
    [Property(MaxTest = 100)]
    public void Distances_are_those_to_the_nearest_pixel(int seed)
    {
        var random = new Random(seed);
        (int width, int height) = (random.Next(1, 24), random.Next(1, 24));
        double share = random.NextDouble();
        bool[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble() < share)];
        pixels[random.Next(pixels.Length)] = true;
        float[] distances = DistanceMap.ToInk(new Mask(width, height, pixels)).Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            int nearest = Enumerable.Range(0, pixels.Length).Where(j => pixels[j]).Min(j => Squared((i % width) - (j % width)) + Squared((i / width) - (j / width)));
            Assert.Equal((float)Math.Sqrt(nearest), distances[i]);
        }

        static int Squared(int n) => n * n;
    }
}
