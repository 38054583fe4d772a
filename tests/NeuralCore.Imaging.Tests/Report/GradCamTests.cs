using NeuralCore.Imaging.Report;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

public sealed class GradCamTests
{
    /// <summary>
    /// A network of which everything is known: one map passes the pixels on, the other is constant; the score of class 1 is the mean of the first map, that of class 0 its
    /// negative. So the map of class 1 is the picture over its number of pixels, and that of class 0 is empty.
    /// </summary>
    [Fact]
    public void The_map_of_a_known_network_is_its_picture()
    {
        const int Side = 6;
        var conv = new Conv2D(2, 1, activation: Activation.Relu);
        using var model = new Sequential([new Input(new Shape(Side, Side, 1), Preprocessing.None), conv, new GlobalAveragePooling2D(), new Dense(2, Activation.Softmax)]);
        model.Compile(backend: CpuBackend.Create(1));
        float[][] weights = [[1, 0], [0, 0.5f], [-1, 1, 0, 0], [0, 0]];
        foreach ((ModelParameter parameter, float[] values) in model.Parameters.Zip(weights))
        {
            parameter.Write(values);
        }

        float[] item = [.. Enumerable.Range(0, Side * Side).Select(i => (float)(i % 5))];
        LayerCall layer = GradCam.LayerOf(model)!;
        Assert.Same(conv, layer.Layer);
        float[] map = GradCam.Map(model, layer, item, 1);
        Assert.Equal(item.Select(x => x / (Side * Side)), map, (a, b) => Math.Abs(a - b) < 1e-8f);
        Assert.All(GradCam.Map(model, layer, item, 0), x => Assert.Equal(0, x));
    }

    [Fact]
    public void The_last_layer_with_a_picture_is_taken()
    {
        using var tiny = new TinySubject();
        Assert.IsType<MaxPooling2D>(GradCam.LayerOf(tiny.Model)!.Layer);
        using var flat = new TinySubject([new Flatten(), new Dense(6, Activation.Relu)]);
        Assert.Null(GradCam.LayerOf(flat.Model));
    }
}
