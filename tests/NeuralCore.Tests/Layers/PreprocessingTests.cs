using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>What raw values become before a network sees them.</summary>
public sealed class PreprocessingTests
{
    [Fact]
    public void Scaled_pixels_are_the_nearest_floats_to_pixel_over_255()
    {
        float[] values = [.. Enumerable.Range(0, 256).Select(pixel => (float)pixel)];
        Preprocessing.Scale.Apply(new Shape(16, 16, 1), values);
        Assert.Equal(Enumerable.Range(0, 256).Select(pixel => (float)(pixel / 255.0)), values);
    }

    [Fact]
    public void Nothing_is_done_to_values_that_are_taken_as_they_are()
    {
        float[] values = [1, -2, 300, float.NaN];
        Preprocessing.None.Apply(new Shape(4), values);
        Assert.Equal([1, -2, 300, float.NaN], values);
    }

    [Fact]
    public void Columns_get_the_norm_1_and_a_column_of_zeros_stays()
    {
        // As numpy computes tf.keras.utils.normalize(x, axis=1) on N x height x width: column by column of each image.
        float[] values = [3, 0, 255, 4, 0, 0, 0, 0, 255];
        Preprocessing.L2Columns.Apply(new Shape(3, 3, 1), values);
        float half = (float)Math.Sqrt(0.5);
        Assert.Equal([0.6f, 0, half, 0.8f, 0, 0, 0, 0, half], values, (a, b) => Math.Abs(a - b) <= 6e-8f);
    }

    [Fact]
    public void Each_channel_of_a_column_is_a_column_of_its_own()
    {
        float[] values = [3, 10, 4, 0];
        Preprocessing.L2Columns.Apply(new Shape(2, 1, 2), values);
        Assert.Equal([0.6f, 1, 0.8f, 0], values, (a, b) => Math.Abs(a - b) <= 6e-8f);
    }
}
