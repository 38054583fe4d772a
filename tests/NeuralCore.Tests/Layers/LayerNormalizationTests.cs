using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>Layer normalization as a layer.</summary>
public sealed class LayerNormalizationTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Gradients_are_those_of_central_differences(bool center, bool scale)
    {
        Assert.Equal(["passed", "passed"], new[] { new Shape(6), new Shape(2, 3, 4) }.Select(shape =>
        {
            GradientReport report = GradientCheck.Run(new LayerNormalization(center: center, scale: scale), shape);
            return report.Passed ? "passed" : report.ToString();
        }));
    }

    [Fact]
    public void Each_row_has_mean_0_and_deviation_1()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        float[] y = tape.Apply(new LayerNormalization(epsilon: 1e-12), tape.Constant(Tensor.From([1, 3, 10, 20], [2, 2]))).ToArray();
        Assert.Equal([-1, 1, -1, 1], y);
        Assert.Contains("epsilon of a layer normalization is positive", Assert.Throws<ArgumentException>(() => new LayerNormalization(-1)).Message, StringComparison.Ordinal);
    }
}
