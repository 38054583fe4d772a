using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>What can not be is refused in one sentence, and what was there before goes on: a model is trained after each of these.</summary>
public sealed class BadInputTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(40, 1);

    [Fact]
    public void A_sum_of_unequal_shapes()
    {
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), flat = new Flatten().Apply(input);
        var sum = new Add();
        Value five = new Dense(5).Apply(flat), three = new Dense(3).Apply(flat);
        Says("add can not be applied to 5 and 3", () => sum.Apply(five, three));
        Learns(new Model(input, new Softmax().Apply(sum.Apply(three, new Dense(3).Apply(five)))));
    }

    /// <summary>A value is made of values that are there already, so that a layer which applies itself is the one way to ask for a cycle.</summary>
    [Fact]
    public void A_cycle()
    {
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), flat = new Flatten().Apply(input);
        foreach (Layer endless in (Layer[])[new Circular(again: false), new Circular(again: true)])
        {
            Assert.Contains("a layer that applies itself", Sentence(Assert.Throws<InvalidOperationException>(() => endless.Apply(flat))));
        }

        Learns(new Model(input, new Dense(3, Activation.Softmax).Apply(flat)));
    }

    [Fact]
    public void A_value_of_another_graph()
    {
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), other = Value.Input(new Shape(64), name: "other"), flat = new Flatten().Apply(input);
        Value mixed = new Dense(3, Activation.Softmax).Apply(new Add().Apply(flat, other));
        Says("depends on the input 'other 64', which is not among the model's inputs", () => new Model(input, mixed));
        Says("Nothing that the model gives depends on its input 'other 64'", () => new Model([input, other], [new Dense(3).Apply(flat)]));
        Says("is made by a layer", () => new Model(flat, new Dense(3).Apply(flat)));
        Says("does not come out of a layer", () => new Model(input, input));
        Says("different ones", () => new Model([input, input], [flat]));
        Assert.Throws<ArgumentNullException>(() => new Dense(3).Apply((Value)null!));
        Learns(new Model(input, new Dense(3, Activation.Softmax).Apply(flat)));
    }

    [Fact]
    public void No_parameter_to_train()
    {
        var dense = new Dense(3, Activation.Softmax) { Trainable = false };
        using var model = new Sequential(new Input(new Shape(8, 8, 1)), new Flatten(), dense);
        model.Compile(backend: CpuBackend.Create(1));
        Assert.Contains("no parameter to train", Sentence(Assert.Throws<InvalidOperationException>(() => model.Fit(Images))));
        Assert.Equal(Images.Count, model.Predict(Images).Count);
        dense.Trainable = true;
        Learns(model);
    }

    [Fact]
    public void A_normalization_over_a_batch_of_one()
    {
        var norm = new BatchNormalization();
        var model = new Sequential(new Input(new Shape(8, 8, 1)), new Flatten(), new Dense(4), norm, new Dense(3, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(1), seed: 1);
        string before = model.WeightsSha256();
        Says("batch_normalization takes the statistics of a batch, and of one item of 4 there are none: train with a batchSize of 2", () => model.Fit(Images, batchSize: 1));
        Says("batchSize", () => model.Fit(new float[64], new int[1]));
        Assert.Equal(before, model.WeightsSha256());
        Assert.Equal(3, model.Predict(new float[64]).Length);

        // Moving statistics are there for one item as for many, and an image has pixels to take statistics of.
        norm.Trainable = false;
        model.Compile(backend: CpuBackend.Create(1));
        model.Fit(Images, batchSize: 1);
        using var ofImages = new Sequential(
            new Input(new Shape(8, 8, 1), Preprocessing.Scale), new Conv2D(2, 3), new BatchNormalization(), new Flatten(), new Dense(3, Activation.Softmax));
        ofImages.Compile(backend: CpuBackend.Create(1));
        Assert.True(double.IsFinite(ofImages.Fit(Images, batchSize: 1)["loss"][0]));
        norm.Trainable = true;
        Learns(model);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_impossible_learning_rate(double rate)
    {
        foreach (Func<Optimizer> make in (Func<Optimizer>[])[() => new Adam(rate), () => new AdamW(rate), () => new SGD(rate), () => new RMSprop(rate)])
        {
            Says("learning rate is a number above 0, such as 0.001", () => make());
        }

        using Model model = Compiled();
        Says("learning rate is a number above 0", () => model.Optimizer.LearningRate = rate);
        Learns(model);
    }

    [Fact]
    public void A_learning_rate_of_1e30()
    {
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(new SGD(1e30), backend: CpuBackend.Create(1), seed: 1);
        Assert.Contains("use a learning rate below", Sentence(Assert.Throws<DivergedException>(() => model.Fit(Images, epochs: 20, batchSize: 10))));
        Learns(model);
    }

    [Fact]
    public void A_loss_that_does_not_fit_the_output()
    {
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), image = new Conv2D(3, 3).Apply(input);
        Value numbers = new Dense(3).Apply(new Flatten().Apply(image));
        using var ofImages = new Model(input, image);
        using var ofNumbers = new Model(input, numbers);
        Says("not an output of 6x6x3", () => ofImages.Compile(loss: new SparseCategoricalCrossentropy()));
        Says("end the network in a softmax", () => ofNumbers.Compile(loss: new CategoricalCrossentropy()));
        Assert.False(ofNumbers.IsCompiled);
        Learns(ofNumbers, new SparseCategoricalCrossentropy(fromLogits: true));
    }

    [Fact]
    public void A_layer_applied_to_other_shapes_than_before()
    {
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), flat = new Flatten().Apply(input);
        var dense = new Dense(3);
        var convolution = new Conv2D(2, 3, padding: Padding.Same);
        Value once = dense.Apply(flat), image = convolution.Apply(input);
        Says("kernel is 64x3 from where it was applied first, and would have to be 3x3 here: use a second layer", () => dense.Apply(once));
        Says("use a second layer", () => convolution.Apply(image));
        Learns(new Model(input, new Softmax().Apply(once)));
    }

    [Fact]
    public void Labels_of_a_wrong_kind()
    {
        using Model model = Compiled();
        using Model numbers = Compiled(new MeanSquaredError());
        float[] items = new float[64 * 4];
        Says("one class an item", () => model.Fit(new ArrayDataset(items, new Shape(8, 8, 1), new float[12], new Shape(3))));
        Says("Label 3 at position 1 is outside the 3 classes", () => model.Fit(items, [0, 3, 1, 2]));
        Says("Label -1", () => model.Fit(items, [0, -1, 1, 2]));
        Says("knows 3 classes, and the data has 4", () => model.Fit(new ArrayDataset(items, new Shape(8, 8, 1), new int[4], 4)));
        Says("has a class an item", () => numbers.Fit(Images));
        Says("targets of 2", () => numbers.Fit(new ArrayDataset(items, new Shape(8, 8, 1), new float[8], new Shape(2))));
        Says("256", () => model.Fit(items, [0, 1, 2]));
        Learns(model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_op_that_throws_in_the_middle_of_a_step(bool forward)
    {
        var op = new Fragile(forward);
        using var model = new Sequential(new Input(new Shape(8, 8, 1), Preprocessing.Scale), new Flatten(), new Dense(3), op, new Dense(3, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(2));
        op.Breaks = true;
        Assert.Contains("there is no more of it", Sentence(Assert.ThrowsAny<Exception>(() => model.Fit(Images, batchSize: 10))));
        op.Breaks = false;
        model.RequireFinite();
        Learns(model);
    }

    private static Model Compiled(Loss? loss = null)
    {
        var model = new Sequential(new Input(new Shape(8, 8, 1), Preprocessing.Scale), new Flatten(), new Dense(3, Activation.Softmax));
        model.Compile(loss: loss, backend: CpuBackend.Create(1), seed: 1);
        return model;
    }

    /// <summary>The model is trained as if nothing had been.</summary>
    private static void Learns(Model model, Loss? loss = null)
    {
        model.Compile(new Adam(0.01), loss, backend: CpuBackend.Create(1), seed: 1);
        IReadOnlyList<double> losses = model.Fit(Images, epochs: 8, batchSize: 10)["loss"];
        Assert.True(losses[^1] < losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
    }

    private static void Says(string what, Action action) => Assert.Contains(what, Sentence(Assert.ThrowsAny<ArgumentException>(action)), StringComparison.Ordinal);

    private static void Says(string what, Func<object> make) => Says(what, () => { make(); });

    /// <summary>The message, which is one line and no more than a sentence or two.</summary>
    private static string Sentence(Exception error)
    {
        // Framework exceptions say in lines of their own which parameter it was, and its value.
        string message = error.Message.Split(" (Parameter")[0];
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 20, 250);
        Assert.EndsWith(".", message);
        return message;
    }

    private sealed class Circular(bool again) : Layer
    {
        public override Value Build(Value input) => (again ? this : new Circular(again)).Apply(input);
    }

    private sealed class Fragile(bool forward) : CustomOp
    {
        public bool Breaks { get; set; }

        public override Shape OutputShape(Shape input) => input;

        public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y) => Copy(x, y, Breaks && forward);

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) => Copy(dy, dx, Breaks && !forward);

        private static void Copy<T>(ReadOnlySpan<T> from, Span<T> to, bool breaks)
        {
            if (breaks)
            {
                throw new IOException("there is no more of it.");
            }

            from.CopyTo(to);
        }
    }
}
