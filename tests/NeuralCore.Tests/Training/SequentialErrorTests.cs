using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Training;

/// <summary>What is wrong with a network or its data is said when it is given, in words that name it.</summary>
public sealed class SequentialErrorTests
{
    private static readonly Input Image = new(new Shape(8, 8, 1));

    private static readonly Dense End = new(3, Activation.Softmax);

    [Fact]
    public void A_network_begins_with_an_input()
    {
        Says("begins with an Input", () => new Sequential());
        Says("begins with an Input", () => new Sequential(new Flatten(), End));
        Says("beginning", () => new Sequential(Image, new Flatten(), new Input(new Shape(64)), End));
    }

    [Fact]
    public void A_loss_of_probabilities_takes_a_softmax()
    {
        using var linear = new Sequential(Image, new Flatten(), new Dense(3));
        Says("end the network in a softmax", () => linear.Compile());
        Says("not an output of 6x6x2", () => new Sequential(Image, new Conv2D(2, 3)).Compile());
        linear.Compile(loss: new SparseCategoricalCrossentropy(fromLogits: true));
        Assert.True(linear.IsCompiled);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_named()
    {
        Says("dense", () => new Sequential(Image, End));
        Says("conv2d_1", () => new Sequential(Image, new Conv2D(2, 3), new Conv2D(2, 7), new Flatten(), End));
        Says("max_pooling2d", () => new Sequential(Image, new Flatten(), new MaxPooling2D(2), End));
        Says("Flatten", () => new Sequential(Image, new Conv2D(2, 3), End));
    }

    [Fact]
    public void Layers_with_impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Conv2D(0, 3));
        Assert.Throws<ArgumentException>(() => new Conv2D(1, 0));
        Assert.Throws<ArgumentException>(() => new Conv2D(1, 3, strides: 0));
        Assert.Throws<ArgumentException>(() => new Conv2D(1, 3, activation: Activation.Softmax));
        Assert.Throws<ArgumentException>(() => new Dense(0));
        Assert.Throws<ArgumentException>(() => new MaxPooling2D(0));
        Assert.Throws<ArgumentException>(() => new MaxPooling2D(2, -1));
        Assert.Throws<ArgumentException>(() => new Input(new Shape(5), Preprocessing.L2Columns));
        Assert.All(new[] { -0.1, 1, 2, double.NaN }, rate => Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(rate)));
        Assert.All(new[] { 0, -1, double.NaN, double.PositiveInfinity }, rate => Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(rate)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: 0));
    }

    [Fact]
    public void A_model_that_is_not_compiled_says_so()
    {
        using var model = new Sequential(Image, new Flatten(), End);
        LabelledImages images = TestNetworks.Bars(10, 1);
        Assert.False(model.IsCompiled);
        foreach (Action use in new Action[]
        {
            () => model.Fit(images),
            () => model.Evaluate(images),
            () => model.Predict(images),
            () => model.Predict(new float[64]),
            () => model.WeightsSha256(),
            () => _ = model.Parameters,
            () => _ = model.Backend,
        })
        {
            Assert.Contains("Compile", Assert.Throws<InvalidOperationException>(use).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Data_that_does_not_fit_is_refused()
    {
        using var model = new Sequential(Image, new Flatten(), End);
        model.Compile(backend: CpuBackend.Create(1));
        var wide = new LabelledImages(new byte[90], new byte[1], 9, 10, 3);
        var manyClasses = new LabelledImages(new byte[64], new byte[1], 8, 8, 4);
        Says("9x10x1", () => model.Fit(wide));
        Says("9x10x1", () => model.Evaluate(wide));
        Says("9x10x1", () => model.Predict(wide));
        Says("4", () => model.Fit(manyClasses));
        Says("4", () => model.Evaluate(manyClasses));
        Says("63", () => model.Predict(new float[63]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_label_outside_the_classes_is_refused_whoever_reads_it(bool concurrent)
    {
        using var model = new Sequential(Image, new Flatten(), End);
        model.Compile(backend: CpuBackend.Create(3));
        for (int attempt = 0; attempt < 10; attempt++)
        {
            Says("label 200", () => model.Fit(new WrongLabels(Image.Shape, concurrent)));
        }

        model.Fit(TestNetworks.Bars(50, 1));
    }

    [Fact]
    public void A_backend_that_compiling_disposes_of_is_refused()
    {
        using var model = new Sequential(Image, new Flatten(), End);
        model.Compile();
        Says("new one", () => model.Compile(backend: model.Backend));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        using var model = new Sequential(Image, new Flatten(), End);
        model.Compile(backend: CpuBackend.Create(1));
        LabelledImages images = TestNetworks.Bars(10, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Fit(images, epochs: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Fit(images, batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Evaluate(images, batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Predict(images, batchSize: 0));
        Assert.All(new[] { -0.1, 1, double.NaN }, split => Assert.Throws<ArgumentOutOfRangeException>(() => model.Fit(images, validationSplit: split)));
        Says("none of the 10 items", () => model.Fit(images, validationSplit: 0.95));
        Assert.Empty(model.Fit(images, epochs: 0).Epochs);
    }

    [Fact]
    public void An_impossible_number_of_threads_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuBackend.Create(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuBackend.Create(1025));
    }

    private static void Says(string what, Action action) =>
        Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void Says(string what, Func<object> make) => Says(what, () => { make(); });

    /// <summary>A dataset of a user's own that breaks its promise.</summary>
    private sealed class WrongLabels(Shape shape, bool concurrent) : IDataset
    {
        public int Count => 50;

        public bool IsConcurrent => concurrent;

        public Shape ItemShape => shape;

        public int Classes => 2;

        public void ReadItem(int index, Span<float> destination) => destination.Clear();

        public int Label(int index) => 200;
    }
}
