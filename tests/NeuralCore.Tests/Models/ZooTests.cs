using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Models;

/// <summary>The networks that have names: what they say of themselves, their gradients, and that they learn.</summary>
public sealed class ZooTests
{
    private const int Items = 30, Steps = 10;

    public static TheoryData<string, int> ParameterCounts => new()
    {
        { "seed", 2_380_938 }, { "compact", 197_482 }, { "mlp", 669_706 }, { "lenet5", 61_706 }, { "tiny", 13_066 }, { "small", 212_682 }, { "deep", 327_242 }, { "resnet", 176_090 }, { "densenet", 70_826 },
        { "mobile", 139_146 }, { "resnet20", 273_754 }, { "colour", 1_152_928 }, { "colour-wide", 1_964_704 }, { "best", 141_098 },
    };

    public static TheoryData<string> Tiny => [.. TinyNetworks.Keys];

    private static Dictionary<string, Func<Model>> TinyNetworks { get; } = new()
    {
        ["seed"] = () => Zoo.Seed(new Shape(6, 6, 1), 3),
        ["compact"] = () => Zoo.Compact(new Shape(16, 16, 1), 3),
        ["mlp"] = () => Zoo.Mlp(new Shape(3, 4, 1), 3, units: 6),
        ["lenet5"] = () => Zoo.LeNet5(new Shape(12, 12, 1), 3),
        ["tiny"] = () => Zoo.Tiny(new Shape(12, 12, 1), 3),
        ["small"] = () => Zoo.Small(new Shape(12, 12, 1), 3),
        ["deep"] = () => Zoo.Deep(new Shape(25, 25, 1), 3, filters: 2),
        ["resnet"] = () => Zoo.ResNet(new Shape(7, 5, 1), 3, filters: 2, blocks: 1),
        ["densenet"] = () => Zoo.DenseNet(new Shape(8, 8, 1), 3, growth: 2, layers: 2),
        ["mobile"] = () => Zoo.Mobile(new Shape(7, 6, 2), 3, filters: 2),
        ["resnet20"] = () => Zoo.ResNet(new Shape(5, 4, 1), 3, filters: 2, blocks: 3),
        ["colour"] = () => Zoo.Colour(new Shape(9, 9, 1), 3, filters: [2, 4, 8]),
        ["colour-wide"] = () => Zoo.Colour(new Shape(9, 9, 1), 3, filters: [2, 8, 8]),
        ["best"] = () => Zoo.Best(new Shape(8, 9, 1), 3, filters: 2),
    };

    [Theory]
    [MemberData(nameof(ParameterCounts))]
    public void A_network_has_the_shapes_and_the_parameters_that_it_says(string name, int parameters)
    {
        using Model model = Zoo.Find(name).Create(Zoo.MnistImage, 10, null);
        Assert.Equal(Zoo.MnistImage, model.Input.Shape);
        Assert.Equal(Preprocessing.Scale, model.Input.Preprocessing);
        Assert.Equal(new Shape(10), model.Output.Shape);
        Assert.Equal(parameters, model.Summary.ParameterCount);
    }

    [Fact]
    public void Every_network_is_counted_and_checked()
    {
        Assert.Equal(Zoo.Networks.Select(network => network.Name), ParameterCounts.Select(row => (string)row[0]));
        Assert.Equal(Zoo.Networks.Select(network => network.Name), TinyNetworks.Keys);
    }

    [Theory]
    [MemberData(nameof(Tiny))]
    public void The_smallest_image_is_the_smallest(string name)
    {
        ZooNetwork network = Zoo.Find(name);
        int side = network.SmallestSide;
        network.Create(new Shape(side, side, 1), 4, null).Dispose();
        if (side > 1)
        {
            Assert.Throws<ArgumentException>(() => network.Create(new Shape(side - 1, side - 1, 1), 4, null));
        }
    }

    [Theory]
    [MemberData(nameof(Tiny))]
    public void Gradients_agree_with_central_differences(string name)
    {
        using Model model = TinyNetworks[name]();
        GradientReport report = GradientCheck.Run(model, batch: 4, options: new GradientCheckOptions { MostElements = 8 });
        Assert.True(report.Passed, report.ToString());
    }

    [Theory]
    [MemberData(nameof(Tiny))]
    public void Ten_steps_make_the_loss_smaller(string name)
    {
        using Model model = Zoo.Find(name).Create(Zoo.MnistImage, 3, null);
        model.Compile(new Adam(0.002), seed: 3);
        History history = model.Fit(Bars(), epochs: Steps, batchSize: Items);
        Assert.Equal(Steps, model.Steps);
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss, $"The loss went from {history.Epochs[0].Loss} to {history.Epochs[^1].Loss}.");
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_that_there_are() =>
        Assert.Contains("seed, compact, mlp", Assert.Throws<ArgumentException>(() => Zoo.Find("alexnet")).Message, StringComparison.Ordinal);

    /// <summary>Images of one bar, whose place is the class and whose brightness differs.</summary>
    private static LabelledImages Bars()
    {
        int length = Zoo.MnistImage.Count;
        byte[] pixels = new byte[Items * length], labels = new byte[Items];
        for (int item = 0; item < Items; item++)
        {
            labels[item] = (byte)(item % 3);
            for (int row = 4; row < 24; row++)
            {
                pixels.AsSpan((item * length) + (row * 28) + 4 + (8 * labels[item]), 3).Fill((byte)(120 + (4 * item)));
            }
        }

        return new LabelledImages(pixels, labels, 28, 28, 3);
    }
}
