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
