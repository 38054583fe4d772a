using Xunit;

namespace NeuralCore.Tests.Checking;

/// <summary>Blocks of layers as users compose them, against central differences: alone, and in a model with a loss.</summary>
public sealed class BlockTests
{
    private static readonly GradientCheckOptions Some = new() { MostElements = 60 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_residual_block(bool fuse)
    {
        GradientReport report = GradientCheck.Run(new ResidualBlock(4), new Shape(6, 5, 4), batch: 3, options: Some with { Fuse = fuse });
        Assert.True(report.Passed, report.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dense_block(bool fuse)
    {
        GradientReport report = GradientCheck.Run(new DenseBlock(3, 4), new Shape(6, 4, 3), batch: 2, options: Some with { Fuse = fuse });
        Assert.True(report.Passed, report.ToString());
    }

    /// <summary>y = x + x behind a normalization, as one op that reads a value twice.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_and_itself(bool fuse)
    {
        Value input = Value.Input(new Shape(4, 3, 2)), x = new BatchNormalization().Apply(new Conv2D(3, 2).Apply(input));
        Check([input], [new Add().Apply(x, x)], fuse);
        Check([input], [new ReLU().Apply(new Add().Apply(x, x, new ReLU().Apply(x)))], fuse);
    }

    /// <summary>One trunk and two outputs; the second is read by what leads to the first as well.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_heads(bool fuse)
    {
        Value input = Value.Input(new Shape(6, 6, 2));
        Value trunk = new ReLU().Apply(new BatchNormalization().Apply(new Conv2D(4, 3).Apply(input)));
        Value classes = new Dense(3, Activation.Softmax).Apply(new GlobalAveragePooling2D().Apply(trunk));
        Value place = new BatchNormalization().Apply(new Dense(4).Apply(new Flatten().Apply(new MaxPooling2D().Apply(trunk))));
        Check([input], [classes, place], fuse);
        Check([input], [new Concatenate().Apply(classes, place), place], fuse);
    }

    /// <summary>One convolution and one normalization in two places, and at two inputs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shared_layer(bool fuse)
    {
        var convolution = new Conv2D(3, 3, padding: Padding.Same, useBias: false);
        var norm = new BatchNormalization();
        Value left = Value.Input(new Shape(4, 5, 3), name: "left"), right = Value.Input(new Shape(4, 5, 3), name: "right");
        Value once = Twin(left), twice = Twin(once);
        Check([left], [new Add().Apply(once, twice)], fuse);
        Check([left, right], [new Concatenate().Apply(twice, Twin(right))], fuse);

        Value Twin(Value x) => new ReLU().Apply(norm.Apply(convolution.Apply(x)));
    }

    [Fact]
    public void A_model_of_both()
    {
        Value input = Value.Input(new Shape(8, 8, 2));
        Value y = new ResidualBlock(4).Apply(new Conv2D(4, 3, useBias: false).Apply(input));
        y = new GlobalAveragePooling2D().Apply(new AveragePooling2D().Apply(new DenseBlock(2, 3).Apply(y)));
        using var model = new Model(input, new Dense(3, Activation.Softmax).Apply(y));
        GradientReport report = GradientCheck.Run(model, batch: 3, options: Some);
        Assert.True(report.Passed, report.ToString());
    }

    private static void Check(IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs, bool fuse)
    {
        GradientReport report = GradientCheck.Run(inputs, outputs, options: Some with { Fuse = fuse });
        Assert.True(report.Passed, report.ToString());
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Checked > 0, tensor.Name));
    }

    /// <summary>Convolution, normalization and ReLU, convolution and normalization, and the input added: He et al. 2016, figure 2.</summary>
    private sealed class ResidualBlock(int filters) : Layer
    {
        public override Value Build(Value input)
        {
            Value inner = new ReLU().Apply(Normalized(input));
            return new ReLU().Apply(new Add().Apply(input, Normalized(inner)));
        }

        private Value Normalized(Value input) => new BatchNormalization().Apply(new Conv2D(filters, 3, padding: Padding.Same, useBias: false).Apply(input));
    }

    /// <summary>Each convolution reads the outputs of all before it, one behind the other: Huang et al. 2017, figure 1.</summary>
    private sealed class DenseBlock(int layers, int growth) : Layer
    {
        public override Value Build(Value input)
        {
            for (int i = 0; i < layers; i++)
            {
                Value normalized = new ReLU().Apply(new BatchNormalization().Apply(input));
                input = new Concatenate().Apply(input, new Conv2D(growth, 3, padding: Padding.Same, useBias: false).Apply(normalized));
            }

            return input;
        }
    }
}
