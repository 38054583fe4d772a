using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>Zeros around images.</summary>
public sealed class ZeroPadding2DTests
{
    [Fact]
    public void Gradients_are_those_of_central_differences()
    {
        TestScale.ForAll(20, ShapeCases.Images, test =>
        {
            var random = new Random(test.Seed);
            var layer = new ZeroPadding2D(new Border(random.Next(3), random.Next(3), random.Next(3), random.Next(3)));
            GradientReport report = GradientCheck.Run(layer, new Shape(test.Height, test.Width, 1 + (test.Channels % 4)), batch: 2, options: new GradientCheckOptions { MostElements = 40 });
            Assert.True(report.Passed, report.ToString());
        });
    }

    [Fact]
    public void The_sides_are_those_of_Keras()
    {
        Value image = Value.Input(new Shape(5, 6, 2));
        Assert.Equal(new Shape(7, 8, 2), new ZeroPadding2D().Apply(image).Shape);
        Assert.Equal(new Shape(9, 10, 2), new ZeroPadding2D(2).Apply(image).Shape);
        Assert.Equal(new Shape(8, 13, 2), new ZeroPadding2D(new Border(Top: 1, Left: 3, Bottom: 2, Right: 4)).Apply(image).Shape);
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor padded = tape.Apply(new ZeroPadding2D(new Border(Top: 1, Left: 0, Bottom: 0, Right: 2)), tape.Constant(Tensor.From([1, 2, 3, 4], [1, 2, 2, 1])));
        Assert.Equal([0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0], padded.ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        Assert.Equal("The layer zero_padding2d cannot be applied to 12: It takes images of height x width x channels, not 12: put a Reshape before it.", Assert.Throws<ArgumentException>(() => new ZeroPadding2D().Apply(Value.Input(new Shape(12)))).Message);
        Assert.Equal("Padding of 0, -1, 0, 0 was asked for, and it cannot be negative.", Assert.Throws<ArgumentException>(() => new ZeroPadding2D(new Border(0, -1, 0, 0))).Message);
    }
}
