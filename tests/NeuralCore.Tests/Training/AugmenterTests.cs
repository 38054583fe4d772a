using FsCheck;
using FsCheck.Fluent;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>What augmentation does to an image, one amount at a time.</summary>
public sealed class AugmenterTests
{
    private static readonly Arbitrary<Case> Cases = Arb.From(
        from height in Gen.Choose(1, 33)
        from width in Gen.Choose(1, 33)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(height, width, seed));

    [Fact]
    public void Amounts_of_zero_change_no_bit() => TestScale.ForAll(200, Cases, c =>
        Assert.Equal(c.Pixels(), Augment(new Augmentation(), c, c.Pixels())));

    [Fact]
    public void The_same_seed_epoch_and_image_give_the_same_bits_and_any_other_gives_others()
    {
        var c = new Case(28, 28, 5);
        float[] pixels = c.Pixels();
        float[] once = Augment(Augmentation.Default, c, pixels, seed: 7, epoch: 3, index: 11);
        Assert.Equal(once, Augment(Augmentation.Default, c, pixels, seed: 7, epoch: 3, index: 11));
        Assert.NotEqual(once, Augment(Augmentation.Default, c, pixels, seed: 8, epoch: 3, index: 11));
        Assert.NotEqual(once, Augment(Augmentation.Default, c, pixels, seed: 7UL + (1UL << 32), epoch: 3, index: 11));
        Assert.NotEqual(once, Augment(Augmentation.Default, c, pixels, seed: 7, epoch: 4, index: 11));
        Assert.NotEqual(once, Augment(Augmentation.Default, c, pixels, seed: 7, epoch: 3, index: 12));
    }

    [Fact]
    public void What_was_in_the_scratch_memory_does_not_matter() => TestScale.ForAll(50, Cases, c =>
    {
        var augmenter = new Augmenter(Augmentation.Default, c.Shape);
        float[] clean = c.Pixels(), dirty = c.Pixels();
        augmenter.Apply(clean, new float[augmenter.ScratchLength], 1, 2, 3);
        augmenter.Apply(dirty, [.. Enumerable.Repeat(float.NaN, augmenter.ScratchLength)], 1, 2, 3);
        Assert.Equal(clean, dirty);
    });

    [Fact]
    public void Pixels_stay_pixels() => TestScale.ForAll(200, Cases, c =>
        Assert.All(Augment(Augmentation.Default, c, c.Pixels(), seed: (ulong)c.Seed), pixel => Assert.InRange(pixel, 0, 255)));

    [Fact]
    public void Without_noise_a_background_stays_one() => TestScale.ForAll(50, Cases, c =>
        Assert.All(Augment(Augmentation.Default with { Noise = 0 }, c, new float[c.Shape.Count]), pixel => Assert.Equal(0, pixel)));

    [Fact]
    public void A_shift_by_whole_pixels_moves_every_pixel_and_drops_what_leaves() => TestScale.ForAll(200, Cases, c =>
    {
        int right = (c.Seed % 9) - 4, down = (c.Seed / 9 % 9) - 4;
        float[] pixels = c.Pixels();
        float[] moved = Distort(c, pixels, Distortion.None with { ShiftX = right, ShiftY = down });
        Assert.Equal(c.Map((row, column) => c.At(pixels, row - down, column - right)), moved);
    });

    [Fact]
    public void A_shift_by_half_a_pixel_gives_the_mean_of_two() => TestScale.ForAll(50, Cases, c =>
    {
        float[] pixels = c.Pixels();
        float[] moved = Distort(c, pixels, Distortion.None with { ShiftX = 0.5 });
        Assert.Equal(c.Map((row, column) => (c.At(pixels, row, column) + c.At(pixels, row, column - 1)) / 2), moved);
    });

    [Fact]
    public void A_shear_of_one_moves_each_row_by_its_distance_from_the_middle() => TestScale.ForAll(50, Cases, c =>
    {
        if (c.Height % 2 == 0)
        {
            return;
        }

        float[] pixels = c.Pixels();
        float[] slanted = Distort(c, pixels, Distortion.None with { Shear = 1 });
        Assert.Equal(c.Map((row, column) => c.At(pixels, row, column - (row - (c.Height / 2)))), slanted);
    });

    [Fact]
    public void A_quarter_turn_is_clockwise_about_the_middle() => TestScale.ForAll(50, Cases, c =>
    {
        var square = c with { Width = c.Height };
        float[] pixels = square.Pixels();
        float[] turned = Distort(square, pixels, Distortion.None with { Angle = Math.PI / 2 });

        // Places are off by the rounding of a few numbers below 64, and a pixel differs from the next by up to 255.
        const float tolerance = 2 * 255 * 4 * 64 * 6e-8f;
        Assert.Equal(square.Map((row, column) => square.At(pixels, square.Height - 1 - column, row)), turned, (a, b) => Math.Abs(a - b) <= tolerance);
    });

    [Fact]
    public void A_zoom_of_two_keeps_the_middle_and_reads_every_half_pixel() => TestScale.ForAll(50, Cases, c =>
    {
        var odd = c with { Height = c.Height | 1, Width = c.Width | 1 };
        int middleX = odd.Width / 2, middleY = odd.Height / 2;
        float[] pixels = odd.Pixels();
        float[] zoomed = Distort(odd, pixels, Distortion.None with { ZoomX = 2, ZoomY = 2 });
        Assert.Equal(
            odd.Map((row, column) => Bilinear(odd, pixels, middleY + ((row - middleY) / 2f), middleX + ((column - middleX) / 2f))), zoomed);
    });

    [Fact]
    public void Ink_that_stays_inside_keeps_its_mass_when_it_moves_and_squares_with_the_zoom() => TestScale.ForAll(50, Cases, c =>
    {
        // A bell of deviation 3 in the middle of 41 x 41 is smooth, and nearly nothing of it leaves.
        var frame = new Case(41, 41, c.Seed);
        float[] bell = frame.Map((row, column) => 255 * MathF.Exp(-(((row - 20) * (row - 20)) + ((column - 20) * (column - 20))) / 18f));
        double angle = c.Seed % 360 * Math.PI / 180, zoom = 0.8 + (c.Seed % 7 / 10.0);
        var distortion = Distortion.None with { Angle = angle, ShiftX = c.Seed % 5 / 3.0, ShiftY = c.Seed % 3 / 2.0, ZoomX = zoom, ZoomY = zoom };
        double ratio = Distort(frame, bell, distortion).Sum(p => (double)p) / bell.Sum(p => (double)p);
        Assert.InRange(ratio, 0.98 * zoom * zoom, 1.02 * zoom * zoom);
    });

    [Fact]
    public void Thicker_strokes_only_gain_and_thinner_ones_only_lose_up_to_their_neighbours() => TestScale.ForAll(100, Cases, c =>
    {
        float[] pixels = c.Pixels();
        float[] brightest = c.Map((row, column) => Cross(c, pixels, row, column).Max()), darkest = c.Map((row, column) => Cross(c, pixels, row, column).Min());
        Assert.Equal(brightest, Distort(c, pixels, Distortion.None with { Thickness = 1 }));
        Assert.Equal(darkest, Distort(c, pixels, Distortion.None with { Thickness = -1 }));
        float[] thicker = Distort(c, pixels, Distortion.None with { Thickness = 0.5f }), thinner = Distort(c, pixels, Distortion.None with { Thickness = -0.5f });
        Assert.Equal(c.Map((row, column) => (c.At(pixels, row, column) + c.At(brightest, row, column)) / 2), thicker);
        Assert.Equal(c.Map((row, column) => (c.At(pixels, row, column) + c.At(darkest, row, column)) / 2), thinner);
    });

    [Fact]
    public void Blur_mixes_twice_with_the_mean_of_a_pixel_and_its_neighbours() => TestScale.ForAll(50, Cases, c =>
    {
        float part = (1 + (c.Seed % 8)) / 8f;
        float[] twice = Mixed(Mixed(c.Pixels()));

        // Two passes of a dozen roundings each, of numbers up to 255.
        const float tolerance = 2 * 12 * 255 * 6e-8f;
        Assert.Equal(twice, Distort(c, c.Pixels(), Distortion.None with { Blur = part }), (a, b) => Math.Abs(a - b) <= tolerance);

        float[] Mixed(float[] pixels) => c.Map((row, column) => ((1 - part) * c.At(pixels, row, column)) + (part * Square(c, pixels, row, column).Average()));
    });

    [Fact]
    public void Contrast_is_a_factor() => TestScale.ForAll(20, Cases, c =>
        Assert.Equal(c.Pixels().Select(pixel => pixel * 0.75f), Distort(c, c.Pixels(), Distortion.None with { Contrast = 0.75f })));

    [Fact]
    public void Noise_is_bell_shaped_and_differs_from_pixel_to_pixel()
    {
        // 40,000 numbers: their mean is within five of its own deviations, the kurtosis of a sum of four is 3 - 1.2 / 4.
        const int calls = 1250;
        float[] noise = new float[calls * ImageRandom.NoisePerCall];
        for (int call = 0; call < calls; call++)
        {
            new ImageRandom(1, 2, 3).Noise(call, noise.AsSpan(call * ImageRandom.NoisePerCall));
        }

        double deviation = Math.Sqrt(noise.Average(x => (double)x * x));
        Assert.InRange(noise.Average(x => (double)x), -0.025, 0.025);
        Assert.InRange(deviation, 0.98, 1.02);
        Assert.InRange(noise.Average(x => Math.Pow(x, 4)) / Math.Pow(deviation, 4), 2.6, 2.8);
        Assert.True(noise.Zip(noise.Skip(1)).Count(pair => pair.First == pair.Second) < noise.Length / 100);
    }

    [Fact]
    public void Noise_of_a_deviation_adds_just_that()
    {
        var c = new Case(100, 100, 1);
        float[] grey = c.Map((_, _) => 128);
        float[] noisy = Distort(c, grey, Distortion.None with { Noise = 20 });
        Assert.InRange(Math.Sqrt(noisy.Average(p => Math.Pow(p - 128, 2))), 19, 21);
    }

    private static float[] Cross(Case c, float[] pixels, int row, int column) =>
        [c.At(pixels, row, column), c.At(pixels, row - 1, column), c.At(pixels, row + 1, column), c.At(pixels, row, column - 1), c.At(pixels, row, column + 1)];

    private static IEnumerable<float> Square(Case c, float[] pixels, int row, int column) =>
        from down in Enumerable.Range(-1, 3) from right in Enumerable.Range(-1, 3) select c.At(pixels, row + down, column + right);

    private static float Bilinear(Case c, float[] pixels, float y, float x)
    {
        int row = (int)MathF.Floor(y), column = (int)MathF.Floor(x);
        float down = y - row, right = x - column;
        float above = c.At(pixels, row, column) + (right * (c.At(pixels, row, column + 1) - c.At(pixels, row, column)));
        float below = c.At(pixels, row + 1, column) + (right * (c.At(pixels, row + 1, column + 1) - c.At(pixels, row + 1, column)));
        return above + (down * (below - above));
    }

    private static float[] Augment(Augmentation limits, Case c, float[] pixels, ulong seed = 1, int epoch = 1, int index = 0)
    {
        var augmenter = new Augmenter(limits, c.Shape);
        float[] image = [.. pixels];
        augmenter.Apply(image, new float[augmenter.ScratchLength], seed, epoch, index);
        return image;
    }

    private static float[] Distort(Case c, float[] pixels, Distortion distortion)
    {
        var augmenter = new Augmenter(new Augmentation(), c.Shape);
        float[] image = [.. pixels];
        augmenter.Apply(image, new float[augmenter.ScratchLength], distortion, new ImageRandom(1, 1, c.Seed));
        return image;
    }

    /// <summary>An image's size, and what its random pixels come from.</summary>
    private sealed record Case(int Height, int Width, int Seed)
    {
        public Shape Shape => new(Height, Width, 1);

        public float[] Pixels()
        {
            var random = new Random(Seed);
            return Map((_, _) => random.Next(256));
        }

        public float[] Map(Func<int, int, float> pixel) =>
            [.. from row in Enumerable.Range(0, Height) from column in Enumerable.Range(0, Width) select pixel(row, column)];

        /// <summary>A pixel; 0 outside the image.</summary>
        public float At(float[] pixels, int row, int column) =>
            (uint)row < (uint)Height && (uint)column < (uint)Width ? pixels[(row * Width) + column] : 0;
    }
}
