using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>The arithmetic of windows against counting them, and against what TensorFlow makes of <c>padding="same"</c>.</summary>
public sealed class WindowTests
{
    private static readonly Gen<int[]> Axis =
        from extent in Gen.Choose(1, 30)
        from kernel in Gen.Choose(1, 6)
        from stride in Gen.Choose(1, 4)
        from dilation in Gen.Choose(1, 4)
        from before in Gen.Choose(0, 6)
        from after in Gen.Choose(0, 6)
        select (int[])[extent, kernel, stride, dilation, before, after];

    [Fact]
    public void There_are_as_many_windows_as_fit() =>
        TestScale.ForAll(300, Arb.From(from down in Axis from across in Axis select (down, across)), axes =>
        {
            (int[] down, int[] across) = axes;
            (int rows, int columns) = (Fitting(down), Fitting(across));
            Window2D Make() => new(
                (down[0], across[0]), (down[1], across[1]), (down[2], across[2]), (down[3], across[3]), new Border(down[4], across[4], down[5], across[5]));
            if (Math.Min(rows, columns) == 0)
            {
                Assert.Contains("does not fit", Assert.Throws<ArgumentException>(() => { Make(); }).Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(new Size2D(rows, columns), Make().Output);
            }
        });

    [Fact]
    public void Same_padding_gives_a_window_a_stride() =>
        TestScale.ForAll(300, Arb.From(from down in Axis from across in Axis select (down, across)), axes =>
        {
            (int[] down, int[] across) = axes;
            Window2D window = Window2D.Of((down[0], across[0]), (down[1], across[1]), (down[2], across[2]), (down[3], across[3]), Padding.Same);
            Assert.Equal(new Size2D((down[0] + down[2] - 1) / down[2], (across[0] + across[2] - 1) / across[2]), window.Output);
            Assert.InRange(window.Border.Bottom - window.Border.Top, 0, 1);
            Assert.InRange(window.Border.Right - window.Border.Left, 0, 1);
        });

    /// <summary>Extent, kernel, stride, dilation, and the padding before and after that TensorFlow takes.</summary>
    [Theory]
    [InlineData(28, 3, 1, 1, 1, 1)]
    [InlineData(28, 5, 2, 1, 1, 2)]
    [InlineData(27, 5, 2, 1, 2, 2)]
    [InlineData(28, 2, 1, 1, 0, 1)]
    [InlineData(28, 4, 3, 1, 1, 2)]
    [InlineData(28, 1, 2, 1, 0, 0)]
    [InlineData(28, 3, 1, 3, 3, 3)]
    [InlineData(10, 2, 1, 5, 2, 3)]
    public void Same_padding_is_TensorFlows(int extent, int kernel, int stride, int dilation, int before, int after)
    {
        Window2D window = Window2D.Of(extent, kernel, stride, dilation, Padding.Same);
        Assert.Equal(new Border(before, before, after, after), window.Border);
    }

    [Fact]
    public void Impossible_windows_are_refused()
    {
        foreach (Func<Window2D> make in (Func<Window2D>[])
            [
                () => new((0, 4), 1), () => new(4, (1, -1)), () => new(4, 2, strides: (0, 1)), () => new(4, 2, dilation: (1, 0)),
                () => new(4, 2, border: new Border(0, -1, 0, 0)), () => new(4, 5), () => new(4, 3, dilation: 2), () => new(4, 3, dilation: int.MaxValue),
                () => new(int.MaxValue, 3, border: 1), () => Window2D.Of(4, 0, 1, 1, Padding.Same), () => Window2D.Of(4, 2, 0, 1, Padding.Same),
            ])
        {
            Assert.Throws<ArgumentException>(() => { make(); });
        }

        Assert.Equal(1, new Window2D(4, 2, strides: int.MaxValue).Output.Height);
    }

    private static int Fitting(int[] axis)
    {
        (int extent, int kernel, int stride, int dilation) = (axis[0], axis[1], axis[2], axis[3]);
        int windows = 0;
        for (int first = -axis[4]; first + ((kernel - 1) * dilation) < extent + axis[5]; first += stride)
        {
            windows++;
        }

        return windows;
    }
}
