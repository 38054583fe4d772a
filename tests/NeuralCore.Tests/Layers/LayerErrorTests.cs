using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Layers;

/// <summary>A layer that cannot be made, or not be applied, says so in one sentence: which layer, which shapes, and what to do.</summary>
public sealed class LayerErrorTests
{
    private static readonly Value Image = Value.Input(new Shape(6, 5, 2));

    [Fact]
    public void Sizes_below_one_are_refused_where_the_layer_is_described()
    {
        Says("conv2d layer has at least one filter, not 0", () => new Conv2D(0, 3));
        Says("kernel size of a conv2d layer is at least 1 along each axis, not 3x0", () => new Conv2D(4, (3, 0)));
        Says("stride of a conv2d layer is at least 1 along each axis, not -1x1", () => new Conv2D(4, 3, strides: (-1, 1)));
        Says("dilation of a conv2d layer is at least 1 along each axis, not 0x0", () => new Conv2D(4, 3, dilation: 0));
        Says("depthwise_conv2d layer has at least one filter for each channel, not 0", () => new DepthwiseConv2D(3, depthMultiplier: 0));
        Says("kernel size of a depthwise_conv2d layer is at least 1 along each axis, not 0x3", () => new DepthwiseConv2D((0, 3)));
        Says("Softmax is a network's last activation", () => new DepthwiseConv2D(3, activation: Activation.Softmax));
        Says("separable_conv2d layer has at least one filter, not -1", () => new SeparableConv2D(-1, 3));
        Says("dilation of a separable_conv2d layer is at least 1 along each axis, not 1x0", () => new SeparableConv2D(2, 3, dilation: (1, 0)));
        Says("Softmax is a network's last activation", () => new SeparableConv2D(2, 3, activation: Activation.Softmax));
        Says("pool size of a max_pooling2d layer is at least 1 along each axis, not 2x0", () => new MaxPooling2D((2, 0)));
        Says("stride of a max_pooling2d layer is at least 1 along each axis, not 0x0", () => new MaxPooling2D(2, 0));
        Says("pool size of a average_pooling2d layer is at least 1 along each axis, not 0x0", () => new AveragePooling2D(0));
        Says("at least one unit, not 0", () => new Dense(0));
    }

    [Fact]
    public void A_window_that_does_not_fit_is_refused_where_the_layer_is_applied()
    {
        Says("The layer conv2d cannot be applied to 6x5x2: A window of 3x6 does not fit into an image of 6x5: use a smaller window, or padding.", () => new Conv2D(1, (3, 6)).Apply(Image));
        Says("A window of 3x3 with a dilation of 1x3 does not fit into an image of 6x5", () => new Conv2D(1, 3, dilation: (1, 3)).Apply(Image));
        Says("The layer depthwise_conv2d cannot be applied to 6x5x2: A window of 7x7 does not fit into an image of 6x5", () => new DepthwiseConv2D(7).Apply(Image));
        Says("The layer separable_conv2d cannot be applied to 6x5x2: A window of 3x3 with a dilation of 3x1", () => new SeparableConv2D(4, 3, dilation: (3, 1)).Apply(Image));
        Says("with padding of 0, 1, 0, 0", () => new Conv2D(1, 7) { ExplicitPadding = new Border(0, 1, 0, 0) }.Apply(Image));
        Says("The layer pool cannot be applied to 6x5x2: A window of 7x2 does not fit", () => new MaxPooling2D((7, 2)) { Name = "pool" }.Apply(Image));
        Says("255 elements", () => new MaxPooling2D((16, 16), padding: Padding.Same).Apply(Value.Input(new Shape(40, 40, 1))));
        Says("The padding of a pooling, here 2, 2, 2, 2, is smaller than its window, here 2x2", () => new MaxPooling2D(2) { ExplicitPadding = 2 }.Apply(Image));
        Says("The padding of a pooling, here 0, 3, 0, 0, is smaller than its window, here 3x3", () => new AveragePooling2D(3) { ExplicitPadding = new Border(0, 3, 0, 0) }.Apply(Image));
    }

    [Fact]
    public void A_shape_beyond_32_bits_is_refused()
    {
        Says("elements", () => new Conv2D(1, 2, padding: Padding.Same, dilation: int.MaxValue / 2).Apply(Image));
        Says("elements", () => new Conv2D(int.MaxValue, 2).Apply(Image));
        Says("elements", () => new DepthwiseConv2D(2, depthMultiplier: int.MaxValue).Apply(Image));
        Says("larger than this program", () => new Conv2D(1, 2) { ExplicitPadding = int.MaxValue }.Apply(Image));
    }

    [Fact]
    public void A_wrong_rank_is_refused()
    {
        Value flat = new Flatten().Apply(Image);
        Says("The layer conv2d cannot be applied to 60: It takes images of height x width x channels, not 60: put a Reshape before it.", () => new Conv2D(1, 3).Apply(flat));
        Says("The layer depthwise_conv2d cannot be applied to 60: It takes images", () => new DepthwiseConv2D(3).Apply(flat));
        Says("max_pooling2d cannot be applied to 60", () => new MaxPooling2D().Apply(flat));
        Says("average_pooling2d cannot be applied to 60: It takes images", () => new AveragePooling2D().Apply(flat));
        Says("global_average_pooling2d cannot be applied to 60: It takes images", () => new GlobalAveragePooling2D().Apply(flat));
        Says("global_max_pooling2d cannot be applied to 60: It takes images", () => new GlobalMaxPooling2D().Apply(flat));
        Says("The layer dense cannot be applied to 6x5x2: A dense layer takes a flat input, not 6x5x2: put a Flatten before it.", () => new Dense(2).Apply(Image));
    }

    [Fact]
    public void A_layer_with_weights_is_for_one_kind_of_shape()
    {
        var conv = new Conv2D(4, 3);
        conv.Apply(Image);
        conv.Apply(Value.Input(new Shape(9, 9, 2)));
        Says(
            "The layer conv2d cannot be applied to 6x5x3: Its kernel is 3x3x2x4 from where it was applied first, and would have to be 3x3x3x4 here: use a second layer.",
            () => conv.Apply(Value.Input(new Shape(6, 5, 3))));
        var dense = new Dense(4);
        dense.Apply(Value.Input(new Shape(7)));
        Says("Its kernel is 7x4", () => dense.Apply(Value.Input(new Shape(8))));
    }

    [Fact]
    public void A_chain_of_layers_names_the_one_that_does_not_follow() => Says(
        "The layer conv2d_1 cannot follow an output of 4x3x2: A window of 5x5 does not fit into an image of 4x3: use a smaller window, or padding.",
        () => new Sequential(new Input(new Shape(6, 5, 1)), new Conv2D(2, 3), new Conv2D(2, 5), new Flatten(), new Dense(2)));

    private static void Says(string what, Func<object> make) =>
        Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(() => { make(); }).Message, StringComparison.Ordinal);
}
