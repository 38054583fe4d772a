using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>The same elements under another shape.</summary>
public sealed class ReshapeTests
{
    [Theory]
    [InlineData(new[] { 6, 4 }, "6x4")]
    [InlineData(new[] { -1 }, "24")]
    [InlineData(new[] { 2, -1, 3 }, "2x4x3")]
    [InlineData(new[] { 24, 1, -1 }, "24x1x1")]
    public void It_is_another_name_for_the_same_memory(int[] target, string shape)
    {
        Value input = Value.Input(new Shape(2, 3, 4));
        var layer = new Reshape(target);
        Assert.Equal(shape, layer.Apply(input).Shape.ToString());
        GradientReport report = GradientCheck.Run(new Between(layer), new Shape(2, 3, 4));
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        Assert.Equal("The layer reshape cannot be applied to 2x3x4: 24 elements cannot be shaped as 5x5.", Assert.Throws<ArgumentException>(() => new Reshape(5, 5).Apply(Value.Input(new Shape(2, 3, 4)))).Message);
        Assert.Equal("The layer reshape cannot be applied to 2x3x4: 24 elements cannot be shaped as 7x-1.", Assert.Throws<ArgumentException>(() => new Reshape(7, -1).Apply(Value.Input(new Shape(2, 3, 4)))).Message);
        Assert.StartsWith("The extents of a reshaped item are at least 1", Assert.Throws<ArgumentException>(() => new Reshape(-1, -1)).Message);
        Assert.StartsWith("The extents of a reshaped item are at least 1", Assert.Throws<ArgumentException>(() => new Reshape(0)).Message);
    }

    /// <summary>With something that computes on either side.</summary>
    private sealed class Between(Layer layer) : Layer
    {
        public override Value Build(Value input) => new ActivationLayer(Activation.Tanh).Apply(layer.Apply(new ActivationLayer(Activation.Sigmoid).Apply(input)));
    }
}
