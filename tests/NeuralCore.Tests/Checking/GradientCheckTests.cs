using Xunit;

namespace NeuralCore.Tests.Checking;

/// <summary>The public gradient check: it passes what is right, and names what is not.</summary>
public sealed class GradientCheckTests
{
    [Fact]
    public void A_right_op_passes()
    {
        GradientReport report = GradientCheck.Run(new Op(Fault.None), new Shape(3, 4), batch: 2, seed: 5);
        Assert.True(report.Passed, report.ToString());
        TensorGradient input = Assert.Single(report.Tensors);
        Assert.Equal((new Shape(2, 3, 4), 24, 0, 0), (input.Shape, input.Checked, input.Kinks, input.Wrong));
        Assert.StartsWith("passed: op on 3x4, batch 2, seed 5", report.ToString());
    }

    [Fact]
    public void A_wrong_element_is_named_with_what_it_is_off()
    {
        GradientReport report = GradientCheck.Run(new Op(Fault.ThirdOfEachItem), new Shape(2, 4), batch: 2, seed: 5);
        Assert.False(report.Passed);
        TensorGradient input = Assert.Single(report.Tensors);
        Assert.Equal(2, input.Wrong);
        Assert.NotNull(input.Worst);
        Assert.Equal([0, 2], input.Worst.Index.Skip(1));
        Assert.Equal(0.01, input.Worst.Error, 1e-6);
        Assert.Contains("FAILED", report.ToString());
        Assert.Contains("2 WRONG", report.ToString());
    }

    [Theory]
    [InlineData(Fault.NotANumber)]
    [InlineData(Fault.NothingWritten)]
    public void A_gradient_that_is_no_number_or_not_written_is_wrong(Fault fault) =>
        Assert.False(GradientCheck.Run(new Op(fault), new Shape(3), batch: 2).Passed);

    /// <summary>At a kink each slope in between is a right gradient, and none beyond.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(-0.5, true)]
    [InlineData(1.01, false)]
    public void Kinks_are_skipped_and_counted(double gradient, bool passes)
    {
        GradientReport report = GradientCheck.Run(new Kink(gradient), new Shape(6), batch: 1);
        TensorGradient input = report.Tensors[0];
        Assert.Equal(passes, report.Passed);
        Assert.Equal(passes ? (5, 1, 0) : (6, 0, 1), (input.Checked, input.Kinks, input.Wrong));
    }

    /// <summary>A kink that the first step crosses, and a shorter one does not, hides nothing.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(0.5, false)]
    public void A_kink_beside_an_element_is_passed_by(double gradient, bool passes)
    {
        GradientReport report = GradientCheck.Run(new Kink(gradient, distance: 5e-7), new Shape(6), batch: 1);
        Assert.Equal((passes, 0), (report.Passed, report.Tensors[0].Kinks));
    }

    /// <summary>The seeds are fixed: with others a maximum may be within reach of another one.</summary>
    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(1, 4, true)]
    [InlineData(2, 3, false)]
    [InlineData(2, 3, true)]
    [InlineData(3, 1, true)]
    public void Every_parameter_of_a_network(ulong seed, int items, bool fuse)
    {
        using var model = new Sequential(
            new Input(new Shape(9, 8, 2)),
            new Conv2D(5, 3, padding: Padding.Same, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Conv2D(4, 2),
            new ReLU(),
            new MaxPooling2D(2, 1),
            new Dropout(0.25),
            new Flatten(),
            new Dense(7, Activation.Relu),
            new Dropout(0.5),
            new Dense(3, Activation.Softmax));
        GradientReport report = GradientCheck.Run(model, batch: items, seed: seed, options: new GradientCheckOptions { Fuse = fuse, MostElements = 1000 });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(9, report.Tensors.Count);
        Assert.All(report.Tensors, tensor => Assert.Equal(Math.Min(1000, tensor.Shape.Count), tensor.Checked + tensor.Kinks));
    }

    [Fact]
    public void A_layer_of_layers_is_checked_with_the_parameters_of_all()
    {
        GradientReport report = GradientCheck.Run(new TwoConvolutions(), new Shape(6, 6, 3));
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(
            ["input", "two_convolutions/conv2d/kernel", "two_convolutions/conv2d/bias", "two_convolutions/conv2d_1/kernel", "two_convolutions/conv2d_1/bias"],
            report.Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Depthwise_and_separable_convolutions_with_and_without_a_bias(bool useBias)
    {
        string[] bias = useBias ? ["bias"] : [];
        Check(new DepthwiseConv2D((3, 2), (1, 2), Padding.Same, 2, Activation.Relu, useBias), ["kernel", .. bias]);
        Check(new SeparableConv2D(4, 3, padding: Padding.Same, depthMultiplier: 2, useBias: useBias, dilation: 2), ["depthwise_kernel", "pointwise_kernel", .. bias]);

        static void Check(Layer layer, IEnumerable<string> weights)
        {
            GradientReport report = GradientCheck.Run(layer, new Shape(6, 7, 3), batch: 2);
            Assert.True(report.Passed, report.ToString());
            Assert.Equal(["input", .. weights.Select(weight => $"{layer.Kind}/{weight}")], report.Tensors.Select(tensor => tensor.Name));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_is_checked_by_itself(bool fromLogits)
    {
        GradientReport report = GradientCheck.Run(new SparseCategoricalCrossentropy(fromLogits), new Shape(7), batch: 5);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(35, Assert.Single(report.Tensors).Checked);
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        Assert.Contains("dense layer takes a flat input", Assert.Throws<ArgumentException>(() => GradientCheck.Run(new Dense(3), new Shape(2, 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(new Dense(3), new Shape(2), batch: 0));
    }

    /// <summary>What is wrong with <see cref="Op"/>.</summary>
    public enum Fault
    {
        None,
        ThirdOfEachItem,
        NotANumber,
        NothingWritten,
    }

    /// <summary>y = x^2 + x.</summary>
    private sealed class Op(Fault fault) : CustomOp
    {
        public override Shape OutputShape(Shape input) => input;

        public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = (x[i] * x[i]) + x[i];
            }
        }

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        {
            for (int i = 0; i < x.Length && fault != Fault.NothingWritten; i++)
            {
                dx[i] = fault == Fault.NotANumber ? T.NaN : dy[i] * ((T.CreateChecked(2) * x[i]) + T.One);
            }

            if (fault == Fault.ThirdOfEachItem)
            {
                dx[2] += T.CreateChecked(0.01);
            }
        }
    }

    /// <summary>The magnitude, but for the first element of what is brought in first, which is measured from a kink.</summary>
    private sealed class Kink(double gradient, double distance = 0) : CustomOp
    {
        private double? _kink;

        public override Shape OutputShape(Shape input) => input;

        public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
        {
            _kink ??= double.CreateChecked(x[0]) - distance;
            x.CopyTo(y);
            y[0] = T.Abs(x[0] - T.CreateChecked(_kink.Value));
        }

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        {
            dy.CopyTo(dx);
            dx[0] *= T.CreateChecked(gradient);
        }
    }

    private sealed class TwoConvolutions : Layer
    {
        private readonly Conv2D _first = new(4, 3, activation: Activation.Relu), _second = new(2, 3);

        public override Value Build(Value input) => _second.Apply(_first.Apply(input));
    }
}
