using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>The limits of augmentation, what is drawn within them, and training with it.</summary>
public sealed class AugmentationTests
{
    private const int Draws = 2000;

    [Fact]
    public void What_is_drawn_keeps_to_its_limits_and_comes_near_them()
    {
        var limits = new Augmentation { Rotation = 30, Shift = 0.1, Zoom = 0.5, Stretch = 0.25, Shear = 0.2, Thickness = 0.5, Blur = 0.8, Contrast = 0.4, Noise = 0.1 };
        Distortion[] drawn = [.. Enumerable.Range(0, Draws).Select(i => Distortion.Draw(limits, 20, 40, new ImageRandom(1, 1, i)))];
        Spread(drawn.Select(d => d.Angle * 180 / Math.PI), -30, 30);
        Spread(drawn.Select(d => d.ShiftX), -4, 4);
        Spread(drawn.Select(d => d.ShiftY), -2, 2);
        Spread(drawn.Select(d => Math.Log(d.ZoomX * d.ZoomY) / 2), -Math.Log(1.5), Math.Log(1.5));
        Spread(drawn.Select(d => Math.Log(d.ZoomX / d.ZoomY)), -Math.Log(1.25), Math.Log(1.25));
        Spread(drawn.Select(d => d.Shear), -0.2, 0.2);
        Spread(drawn.Select(d => (double)d.Thickness), -0.5, 0.5);
        Spread(drawn.Select(d => (double)d.Contrast), 0.6, 1);
        Spread(drawn.Select(d => (double)d.Noise).Where(noise => noise > 0), 0, 25.5);
        Spread(drawn.Select(d => (double)d.Blur).Where(blur => blur > 0), 0, 0.8);
        Assert.InRange(drawn.Count(d => d.Blur == 0), 0.45 * Draws, 0.55 * Draws);
        Assert.InRange(drawn.Count(d => d.Noise == 0), 0.45 * Draws, 0.55 * Draws);
        Assert.All(drawn, d => Assert.True(d.Blur == 0 || d.Noise == 0));
    }

    [Fact]
    public void Amounts_are_drawn_apart_from_each_other()
    {
        var limits = new Augmentation { Rotation = 1, Shift = 1, Zoom = 1, Stretch = 1, Shear = 1, Thickness = 1, Blur = 1, Contrast = 1, Noise = 1 };
        Distortion[] drawn = [.. Enumerable.Range(0, Draws).Select(i => Distortion.Draw(limits, 28, 28, new ImageRandom(1, 1, i)))];

        // Blur and noise are the two sides of one number.
        Func<Distortion, double>[] amounts =
        [
            d => d.Angle, d => d.ShiftX, d => d.ShiftY, d => Math.Log(d.ZoomX * d.ZoomY), d => Math.Log(d.ZoomX / d.ZoomY), d => d.Shear,
            d => d.Thickness, d => d.Contrast, d => (d.Noise / 255) - d.Blur,
        ];
        for (int i = 0; i < amounts.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // The correlation of independent numbers has the deviation 1 / sqrt(n).
                Assert.InRange(Correlation([.. drawn.Select(amounts[i])], [.. drawn.Select(amounts[j])]), -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
            }
        }
    }

    [Theory]
    [InlineData(28, 28)]
    [InlineData(1, 1)]
    [InlineData(3, 64)]
    public void Rubber_moves_no_pixel_further_than_its_reach_and_neighbours_together(int height, int width)
    {
        const float reach = 0.1f;
        var sheet = new RubberSheet(height, width);
        float[] x = new float[height * width], y = new float[height * width], scratch = new float[RubberSheet.ScratchLength];
        float farthest = 0;
        for (int image = 0; image < 100; image++)
        {
            sheet.Bend(reach, new ImageRandom(1, 1, image), x, y, scratch);
            Assert.All(x, d => Assert.InRange(Math.Abs(d), 0, reach * width * 1.00001f));
            Assert.All(y, d => Assert.InRange(Math.Abs(d), 0, reach * height * 1.00001f));
            farthest = Math.Max(farthest, x.Max(Math.Abs) / width);
            for (int i = 1; i < width; i++)
            {
                // Four cells a side, and two control points differ by at most twice the reach.
                Assert.InRange(Math.Abs(x[i] - x[i - 1]), 0, 4 * 2 * reach * 1.00001f);
            }
        }

        Assert.InRange(farthest, reach / 4, reach);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.001)]
    [InlineData(200.0)]
    public void An_amount_out_of_range_is_named(double amount)
    {
        Assert.Equal("Rotation", Assert.Throws<ArgumentOutOfRangeException>(() => new Augmentation { Rotation = amount }).ParamName);
        Assert.Equal("Noise", Assert.Throws<ArgumentOutOfRangeException>(() => Augmentation.Default with { Noise = amount }).ParamName);
    }

    [Fact]
    public void Colours_are_refused() =>
        Assert.Contains("28x28x3", Assert.Throws<ArgumentException>(() => new Augmenter(Augmentation.Default, new Shape(28, 28, 3))).Message);

    [Fact]
    public void Training_with_amounts_of_zero_gives_the_bits_of_training_without() =>
        Assert.Equal(Train(null), Train(new Augmentation()));

    [Fact]
    public void Augmented_training_gives_other_bits_and_the_same_ones_on_any_number_of_threads()
    {
        string[] weights = [.. new[] { 1, 2, 3, 8 }.Select(threads => Train(Augmentation.Default, threads))];
        Assert.All(weights, hash => Assert.Equal(weights[0], hash));
        Assert.NotEqual(Train(null), weights[0]);
    }

    [Fact]
    public void Augmented_training_goes_on_where_it_ended()
    {
        LabelledImages images = TestNetworks.Bars(60, 1);
        using var once = new Sequential(TestNetworks.Small);
        using var twice = new Sequential(TestNetworks.Small);
        once.Compile();
        twice.Compile();
        once.Fit(images, epochs: 2, batchSize: 20, options: new FitOptions { Augmentation = Augmentation.Default });
        twice.Fit(images, batchSize: 20, options: new FitOptions { Augmentation = Augmentation.Default });
        twice.Fit(images, batchSize: 20, options: new FitOptions { Augmentation = Augmentation.Default });
        Assert.Equal(once.WeightsSha256(), twice.WeightsSha256());
    }

    [Fact]
    public void Validation_images_stay_as_they_are()
    {
        LabelledImages images = TestNetworks.Bars(80, 1);
        using var model = new Sequential(TestNetworks.Small);
        model.Compile();
        EpochResult epoch = model.Fit(images, batchSize: 20, validationSplit: 0.5, options: new FitOptions { Augmentation = Augmentation.Default }).Epochs[0];
        Assert.Equal(model.Evaluate(new DatasetSlice(images, 40, 40), 20).Loss, epoch.ValidationLoss);
    }

    private static string Train(Augmentation? augmentation, int threads = 1)
    {
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: CpuBackend.Create(threads), seed: 7);
        model.Fit(TestNetworks.Bars(87, 1), epochs: 2, batchSize: 20, options: new FitOptions { Augmentation = augmentation });
        return model.WeightsSha256();
    }

    /// <summary>All within, and some in the outer tenth at either end.</summary>
    private static void Spread(IEnumerable<double> values, double from, double to)
    {
        double tenth = (to - from) / 10, rounding = 1e-6 * (to - from);
        double[] all = [.. values];
        Assert.All(all, value => Assert.InRange(value, from - rounding, to + rounding));
        Assert.Contains(all, value => value < from + tenth);
        Assert.Contains(all, value => value > to - tenth);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double Sum(Func<int, double> term) => Enumerable.Range(0, a.Length).Sum(term);
        return Sum(i => (a[i] - meanA) * (b[i] - meanB)) / Math.Sqrt(Sum(i => Math.Pow(a[i] - meanA, 2)) * Sum(i => Math.Pow(b[i] - meanB, 2)));
    }
}
