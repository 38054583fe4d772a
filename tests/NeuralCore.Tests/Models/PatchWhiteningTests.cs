using NeuralCore.Data;
using NeuralCore.Randomness;
using Xunit;

namespace NeuralCore.Tests.Models;

/// <summary>A first layer that is computed from patches, and predictions averaged over views.</summary>
public sealed class PatchWhiteningTests
{
    private static readonly Shape Shape = new(12, 12, 3);

    [Fact]
    public void What_comes_out_is_uncorrelated_with_variance_one()
    {
        Value input = Value.Input(Shape, Preprocessing.Scale);
        using var model = new Model(input, PatchWhitening.Layer(3).Apply(input));
        model.Compile(loss: new MeanSquaredError());
        LabelledImages images = Images(300);
        PatchWhitening.Apply(model, images);
        ReadOnlySpan<float> output = model.Predict(images).Values.Span;
        var products = new double[12, 12];
        var means = new double[12];
        int positions = output.Length / 24;
        for (int p = 0; p < positions; p++)
        {
            for (int i = 0; i < 12; i++)
            {
                means[i] += output[(24 * p) + i] / (double)positions;
                Assert.Equal(-output[(24 * p) + i], output[(24 * p) + 12 + i]);
            }
        }

        for (int p = 0; p < positions; p++)
        {
            for (int i = 0; i < 12; i++)
            {
                for (int j = 0; j < 12; j++)
                {
                    products[i, j] += (output[(24 * p) + i] - means[i]) * (output[(24 * p) + j] - means[j]) / positions;
                }
            }
        }

        // 20,000 of the 36,300 patches are drawn: a correlation of theirs is off by about 1 / sqrt(20,000) = 0.007, and 0.05 is seven times that.
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < 12; j++)
            {
                Assert.InRange(products[i, j], i == j ? 0.85 : -0.05, i == j ? 1.05 : 0.05);
            }
        }
    }

    [Fact]
    public void It_stays_as_it_is_in_a_training()
    {
        using Model model = Zoo.Colour(Shape, 3, filters: [4, 8, 16]);
        model.Compile(new SGD(0.1, 0.9, nesterov: true), seed: 1);
        LabelledImages images = Images(60);
        PatchWhitening.Apply(model, images);
        float[] before = model.Parameters[0].Read();
        model.Fit(images, epochs: 1, batchSize: 20, options: new FitOptions { Augmentation = Augmentation.Pictures });
        Assert.Equal(before, model.Parameters[0].Read());
    }

    [Fact]
    public void Another_first_layer_and_other_images_are_refused()
    {
        using Model model = Zoo.ResNet(Shape, 3, filters: 2, blocks: 1), gray = Zoo.Colour(new Shape(12, 12, 1), 3, filters: [2, 4, 8]);
        model.Compile();
        gray.Compile();
        Assert.False(PatchWhitening.IsFirstLayerOf(model));
        Assert.True(PatchWhitening.IsFirstLayerOf(gray));
        Assert.Throws<ArgumentException>(() => PatchWhitening.Apply(model, Images(3)));
        Assert.Contains("12x12x3", Assert.Throws<ArgumentException>(() => PatchWhitening.Apply(gray, Images(3))).Message);
    }

    [Fact]
    public void A_mean_over_views_is_that_of_the_views()
    {
        using Model model = Zoo.Colour(Shape, 3, filters: [2, 4, 8]);
        model.Compile(seed: 2);
        LabelledImages images = Images(5);
        Evaluation evaluation = ViewAverage.Evaluate(model, images, batchSize: 2);
        for (int i = 0; i < images.Count; i++)
        {
            float[] one = ViewAverage.Predict(model, images.Pixels(i));
            for (int k = 0; k < 3; k++)
            {
                // One item and several are computed by different kernels: float's roundings over sums of at most 2,304 products.
                Assert.Equal(evaluation.Predictions[i][k], one[k], 1e-4);
            }
        }
    }

    [Fact]
    public void Views_are_of_pictures_of_the_model_s_size()
    {
        using Model model = Zoo.Colour(Shape, 3, filters: [2, 4, 8]), flat = new Sequential(new Input(new Shape(8)), new Dense(3, Activation.Softmax));
        model.Compile();
        flat.Compile();
        Assert.Contains("this one has 5", Assert.Throws<ArgumentException>(() => ViewAverage.Predict(model, new byte[5])).Message);
        Assert.Contains("items of 8", Assert.Throws<ArgumentException>(() => ViewAverage.Predict(flat, new byte[8])).Message);
        Assert.Throws<ArgumentException>(() => ViewAverage.Evaluate(flat, Images(3)));
    }

    private static LabelledImages Images(int count)
    {
        var random = new RandomStream(5, RandomPurpose.Initialisation, 0, 0);
        var pixels = new byte[count * Shape.Count];
        for (int i = 0; i < pixels.Length; i++)
        {
            // Neighbours are correlated, as in pictures.
            int before = i >= 3 ? pixels[i - 3] : 128;
            pixels[i] = (byte)((before + (int)random.NextBelow(256)) / 2);
        }

        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))];
        return new LabelledImages(pixels, labels, Shape[0], Shape[1], 3, Shape[2]);
    }
}
