using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>Values side by side.</summary>
public sealed class ConcatenateTests
{
    [Fact]
    public void Gradients_along_every_axis_are_those_of_central_differences()
    {
        TestScale.ForAll(30, ShapeCases.Rows, test =>
        {
            var random = new Random(test.Seed);
            int[] extents = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 5))];
            int axis = random.Next(extents.Length);
            Shape[] shapes = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ =>
            {
                int[] own = [.. extents];
                own[axis] = random.Next(1, 5);
                return new Shape(own);
            })];
            GradientReport report = GradientCheck.Run(new Concatenate(random.Next(2) == 0 ? axis + 1 : axis - extents.Length), shapes, batch: random.Next(1, 4));
            Assert.True(report.Passed, report.ToString());
        });
    }

    [Fact]
    public void Channels_follow_one_another_and_so_do_rows()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor a = tape.Constant(Tensor.From([1, 2, 3, 4], [1, 2, 2])), b = tape.Constant(Tensor.From([5, 6], [1, 2, 1])), c = tape.Constant(Tensor.From([7, 8], [1, 1, 2]));
        Tensor channels = tape.Apply(new Concatenate(), a, b), rows = tape.Apply(new Concatenate(axis: 1), a, c);
        Assert.Equal([1, 2, 5, 3, 4, 6], channels.ToArray());
        Assert.Equal(new Shape(1, 2, 3), channels.Shape);
        Assert.Equal([1, 2, 3, 4, 7, 8], rows.ToArray());
        Assert.Equal(new Shape(1, 3, 2), rows.Shape);
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        Value a = Value.Input(new Shape(8, 8, 4)), b = Value.Input(new Shape(7, 8, 4));
        Assert.Equal("The layer concatenate cannot be applied to 8x8x4 and 7x8x4: Values to be joined along axis -1 differ in no other one.", Refused(() => new Concatenate().Apply(a, b)));
        Assert.Equal("The layer concatenate cannot be applied to 8x8x4: A concatenation takes at least two values.", Refused(() => new Concatenate().Apply(a)));
        Assert.Equal("The layer join cannot be applied to 8x8x4 and 8x8x4: It is along axis 4, which they do not have: the batch counts as axis 0.", Refused(() => new Concatenate(4) { Name = "join" }.Apply(a, a)));
        Assert.StartsWith("A concatenation joins items along an axis of theirs", Refused(() => new Concatenate(0)));
        Assert.Equal(new Shape(15, 8, 4), new Concatenate(1).Apply(a, b).Shape);
    }

    private static string Refused(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
