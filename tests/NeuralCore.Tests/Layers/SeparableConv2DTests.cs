using NeuralCore.Tests.Ops;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Layers;

/// <summary>Depthwise convolutions by hand, and separable ones as what they consist of.</summary>
public sealed class SeparableConv2DTests
{
    /// <summary>One window of 2x2 over two channels, which have two filters each: y of filter m of channel c is the sum of x[pixel,c] w[pixel,c,m].</summary>
    [Fact]
    public void The_filters_of_a_channel_see_it_alone_and_follow_one_another()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor x = tape.Constant(Tensor.From([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]));
        Tensor w = tape.Variable(Tensor.From([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [2, 2, 2, 2]));
        Tensor y = x.DepthwiseConv2D(w);
        Assert.Equal(new Shape(1, 1, 1, 4), y.Shape);
        Assert.Equal([152, 168, 220, 240], y.ToArray());
        Assert.Equal([153, 170, 223, 244], x.DepthwiseConv2D(w, tape.Variable(Tensor.From([1, 2, 3, 4], [4]))).ToArray());
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8], tape.Gradients(y)[w].ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_separable_convolution_is_a_depthwise_one_and_one_of_1x1(bool useBias)
    {
        using var tape = new Tape(CpuBackend.Create(2), seed: 4);
        Tensor x = tape.Variable(Tensor.From(TestValues.Reals(3 * 9 * 8 * 5, 1), [3, 9, 8, 5]));
        var layer = new SeparableConv2D(7, (3, 2), (2, 2), Padding.Same, depthMultiplier: 2, useBias: useBias) { BiasInitializer = Initializer.Normal() };
        Tensor y = tape.Apply(layer, x);
        Tensor[] weights = [.. tape.Variables.Skip(1)];
        Shape[] shapes = [new(3, 2, 5, 2), new(1, 1, 10, 7), new(7)];
        Assert.Equal(shapes[..(useBias ? 3 : 2)], weights.Select(weight => weight.Shape));

        Tensor chain = x.DepthwiseConv2D(weights[0], strides: 2, padding: Padding.Same).Conv2D(weights[1], useBias ? weights[2] : null);
        Assert.Equal(layer.OutputShape(new Shape(9, 8, 5)), new Shape(y.Shape[1], y.Shape[2], y.Shape[3]));
        Agreement.SameBits("y", chain.ToArray(), y.ToArray());
        Gradients expected = tape.Gradients(chain), actual = tape.Gradients(y);
        Assert.All([x, .. weights], tensor => Agreement.SameBits("gradient", expected[tensor].ToArray(), actual[tensor].ToArray()));
    }

    [Fact]
    public void A_model_of_them_has_the_parameters_that_Keras_has()
    {
        using var model = new Sequential(
            new Input(new Shape(6, 6, 2)), new DepthwiseConv2D(3, depthMultiplier: 3), new SeparableConv2D(4, 2), new Flatten(), new Dense(2));
        model.Compile(backend: CpuBackend.Create(1), loss: new SparseCategoricalCrossentropy(fromLogits: true));
        Assert.Equal(
            [
                "depthwise_conv2d/kernel 3x3x2x3", "depthwise_conv2d/bias 6",
                "separable_conv2d/depthwise_kernel 2x2x6x1", "separable_conv2d/pointwise_kernel 1x1x6x4", "separable_conv2d/bias 4",
                "dense/kernel 36x2", "dense/bias 2",
            ],
            model.Parameters.Select(parameter => $"{parameter.Name} {parameter.Shape}"));
    }
}
