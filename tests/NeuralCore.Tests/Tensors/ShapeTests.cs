using Xunit;

namespace NeuralCore.Tests.Tensors;

/// <summary>The extents of tensors.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void A_shape_knows_its_extents()
    {
        var shape = new Shape(24, 24, 64);
        Assert.Equal((3, 36_864, "24x24x64"), (shape.Rank, shape.Count, shape.ToString()));
        Assert.Equal((24, 64), (shape[0], shape[2]));
        Assert.Equal("scalar", default(Shape).ToString());
        Assert.Equal(1, new Shape([]).Count);
    }

    [Fact]
    public void Shapes_are_equal_when_their_extents_are()
    {
        Assert.True(new Shape(2, 3) == new Shape(2, 3));
        Assert.True(new Shape(2, 3) != new Shape(3, 2));
        Assert.True(new Shape(6) != new Shape(6, 1));
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
    }

    [Fact]
    public void Impossible_extents_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Shape(3, 0));
        Assert.Throws<ArgumentException>(() => new Shape(-1));
        Assert.Throws<ArgumentException>(() => new Shape(50_000, 50_000));
        Assert.Throws<ArgumentException>(() => new Shape(int.MaxValue, int.MaxValue, int.MaxValue));
    }
}
