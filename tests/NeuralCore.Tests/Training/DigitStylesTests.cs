using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Strokes that augmentation draws on digits, as other people write them.</summary>
public sealed class DigitStylesTests
{
    private const int Images = 2000;

    private static readonly LabelledImages Test = Mnist.LoadTest(Mnist.FindDirectory());

    [Fact]
    public void Only_digits_that_have_other_styles_are_drawn_on()
    {
        int[] changed = new int[10], count = new int[10];
        for (int i = 0; i < Images; i++)
        {
            int label = Test.Label(i);
            count[label]++;
            changed[label] += Draw(i, label, styles: 1).SequenceEqual(Pixels(i)) ? 0 : 1;
        }

        foreach (int digit in (int[])[0, 2, 5, 6, 8])
        {
            Assert.Equal(0, changed[digit]);
        }

        // Some have such a stroke already, or one that cannot be told; most get one.
        Assert.InRange((double)changed[1] / count[1], 0.6, 1);
        foreach (int digit in (int[])[3, 4, 7, 9])
        {
            Assert.InRange((double)changed[digit] / count[digit], 0.1, 0.8);
        }
    }

    [Fact]
    public void A_share_of_half_draws_on_half_as_many()
    {
        int[] ones = [.. Enumerable.Range(0, Images).Where(i => Test.Label(i) == 1)];
        int all = ones.Count(i => !Draw(i, 1, styles: 1).SequenceEqual(Pixels(i)));
        int half = ones.Count(i => !Draw(i, 1, styles: 0.5).SequenceEqual(Pixels(i)));

        // Draws with a chance of a half: five deviations either way.
        Assert.InRange(half, (all / 2.0) - (2.5 * Math.Sqrt(all)), (all / 2.0) + (2.5 * Math.Sqrt(all)));
    }

    [Fact]
    public void Without_a_label_or_a_share_nothing_is_drawn_and_pixels_stay_pixels()
    {
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Pixels(i), Draw(i, -1, styles: 1));
            Assert.Equal(Pixels(i), Draw(i, 47, styles: 1));
            Assert.Equal(Pixels(i), Draw(i, Test.Label(i), styles: 0));
            Assert.All(Draw(i, Test.Label(i), styles: 1), pixel => Assert.InRange(pixel, 0, 255));
        }
    }

    [Fact]
    public void Each_epoch_draws_another_stroke_and_the_same_one_the_same_bits()
    {
        int one = Enumerable.Range(0, Images).First(i => Test.Label(i) == 1 && !Draw(i, 1, styles: 1).SequenceEqual(Pixels(i)));
        Assert.Equal(Draw(one, 1, styles: 1), Draw(one, 1, styles: 1));
        Assert.NotEqual(Draw(one, 1, styles: 1), Draw(one, 1, styles: 1, epoch: 2));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 40)]
    [InlineData(40, 3)]
    public void Images_of_any_size_survive(int height, int width)
    {
        var augmenter = new Augmenter(new Augmentation { Styles = 1 }, new Shape(height, width, 1));
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            float[] pixels = [.. Enumerable.Range(0, height * width).Select(_ => (float)random.Next(256))];
            augmenter.Apply(pixels, new float[augmenter.ScratchLength], 1, 1, seed, label: seed % 10);
            Assert.All(pixels, pixel => Assert.InRange(pixel, 0, 255));
        }
    }

    private static float[] Pixels(int index)
    {
        var pixels = new float[Test.ItemShape.Count];
        Test.ReadItem(index, pixels);
        return pixels;
    }

    private static float[] Draw(int index, int label, double styles, int epoch = 1)
    {
        float[] pixels = Pixels(index);
        var augmenter = new Augmenter(new Augmentation { Styles = styles }, Test.ItemShape);
        augmenter.Apply(pixels, new float[augmenter.ScratchLength], 3, epoch, index, label);
        return pixels;
    }
}
