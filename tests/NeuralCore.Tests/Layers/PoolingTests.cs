using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>Average-pooling, and pooling over whole images: sizes as in Keras, and gradients.</summary>
public sealed class PoolingTests
{
    /// <summary>1 to 12 as an image of three rows and four columns.</summary>
    private static readonly Tensor Image = Tensor.From([.. Enumerable.Range(1, 12).Select(i => (float)i)], [1, 3, 4, 1]);

    public static TheoryData<Layer> Layers =>
    [
        new AveragePooling2D(),
        new AveragePooling2D(3, 1, Padding.Same),
        new AveragePooling2D((2, 3), (2, 1), Padding.Same) { CountsPadding = true },
        new AveragePooling2D(2) { ExplicitPadding = new Border(1, 0, 0, 1) },
        new GlobalAveragePooling2D(),
        new GlobalAveragePooling2D(keepDims: true),
        new GlobalMaxPooling2D(),
        new GlobalMaxPooling2D(keepDims: true),
    ];

    [Theory]
    [MemberData(nameof(Layers), DisableDiscoveryEnumeration = true)]
    public void Gradients_are_those_of_central_differences(Layer layer)
    {
        GradientReport report = GradientCheck.Run(layer, new Shape(5, 7, 3), batch: 2);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Padding_is_left_out_of_averages_unless_it_counts()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor image = tape.Constant(Image);
        Assert.Equal([3.5f, 5.5f], tape.Apply(new AveragePooling2D(), image).ToArray());
        Assert.Equal([3.5f, 5.5f, 9.5f, 11.5f], tape.Apply(new AveragePooling2D(padding: Padding.Same), image).ToArray());
        Assert.Equal([3.5f, 5.5f, 4.75f, 5.75f], tape.Apply(new AveragePooling2D(padding: Padding.Same) { CountsPadding = true }, image).ToArray());
        Assert.Equal([1, 2.5f, 4], tape.Apply(new AveragePooling2D(2) { ExplicitPadding = new Border(1, 1, 0, 1) }, image).ToArray()[..3]);
    }

    [Fact]
    public void Whole_images_become_their_channels()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor image = tape.Constant(Image);
        Tensor average = tape.Apply(new GlobalAveragePooling2D(), image), max = tape.Apply(new GlobalMaxPooling2D(), image);
        Assert.Equal((6.5f, 12f), (average.ToArray()[0], max.ToArray()[0]));
        Assert.Equal(new Shape(1, 1), average.Shape);
        Assert.Equal(new Shape(1, 1, 1, 1), tape.Apply(new GlobalMaxPooling2D(keepDims: true), image).Shape);
        Assert.Equal(new Shape(7), new GlobalAveragePooling2D().Apply(Value.Input(new Shape(5, 6, 7))).Shape);
        Assert.Equal(new Shape(1, 1, 7), new GlobalAveragePooling2D(keepDims: true).Apply(Value.Input(new Shape(5, 6, 7))).Shape);
        Assert.Equal(("average_pooling2d", "global_average_pooling2d", "global_max_pooling2d"), (new AveragePooling2D().Kind, new GlobalAveragePooling2D().Kind, new GlobalMaxPooling2D().Kind));
    }
}
