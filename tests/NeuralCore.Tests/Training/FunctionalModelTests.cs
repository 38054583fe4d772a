using NeuralCore.Data;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Models that are no chain: several inputs and outputs, layers that are not trained, and data in all forms.</summary>
public sealed class FunctionalModelTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(60, 1);

    private static float[] Pixels => [.. Enumerable.Range(0, Images.Count).SelectMany(i => Images.Pixels(i).ToArray()).Select(pixel => (float)pixel)];

    private static int[] Labels => [.. Enumerable.Range(0, Images.Count).Select(Images.Label)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Several_inputs_and_outputs_are_predicted_with_a_tensor_each(bool fuse)
    {
        Value left = Value.Input(new Shape(4), name: "left"), right = Value.Input(new Shape(2, 2), Preprocessing.Scale, name: "right");
        Value sum = new Add().Apply(left, new Flatten().Apply(right));
        using var model = new Model([left, right], [sum, new Reshape(2, 2).Apply(new ReLU().Apply(left))]);
        model.Compile(loss: new MeanSquaredError(), backend: CpuBackend.Create(1), fuse: fuse);
        IReadOnlyList<Tensor> outputs = model.Predict([Tensor.From([1, -2, 3, -4, 5, -6, 7, -8], [2, 4]), Tensor.From([255, 0, 255, 0, 0, 255, 0, 255], [2, 2, 2])]);
        Assert.Equal([new Shape(2, 4), new Shape(2, 2, 2)], outputs.Select(output => output.Shape));
        Assert.Equal([2, -2, 4, -4, 5, -5, 7, -7], outputs[0].ToArray());
        Assert.Equal([1, 0, 3, 0, 5, 0, 7, 0], outputs[1].ToArray());

        Assert.Contains("2 input(s), and got 1", Assert.Throws<ArgumentException>(() => model.Predict(Tensor.From([1, 2, 3, 4], [1, 4]))).Message);
        Assert.Contains("items x 2x2", Assert.Throws<ArgumentException>(() => model.Predict([Tensor.From([1, 2, 3, 4], [1, 4]), Tensor.From([1, 2, 3, 4], [1, 4])])).Message);
        Assert.Contains("hold 1 and 2", Assert.Throws<ArgumentException>(() => model.Predict([Tensor.From([1, 2, 3, 4], [1, 4]), Tensor.From(new float[8], [2, 2, 2])])).Message);
        foreach (Action use in (Action[])[() => model.Fit(new float[4], new float[4]), () => model.Evaluate(new float[4], new float[4]), () => model.Predict(new float[4])])
        {
            Assert.Contains("has 2 inputs", Assert.Throws<InvalidOperationException>(use).Message);
        }

        Assert.Equal(2, model.Predict([Tensor.From([1, 2, 3, 4], [1, 4]), Tensor.From(new float[4], [1, 2, 2])]).Count);
    }

    /// <summary>The weights of the second output stay as they are, whatever decays; those of the trunk and of the first are those of a model without it.</summary>
    [Fact]
    public void Of_several_outputs_the_first_is_trained()
    {
        using Model both = Make(second: true), first = Make(second: false);
        float[] bias = both.Parameters[^1].Read(), kernel = both.Parameters[^2].Read();
        History history = both.Fit(Images, epochs: 3, batchSize: 20);
        Assert.Equal(first.Fit(Images, epochs: 3, batchSize: 20)["loss"], history["loss"]);
        foreach ((ModelParameter expected, ModelParameter actual) in first.Parameters.Zip(both.Parameters))
        {
            Agreement.SameBits(expected.Name, expected.Read(), actual.Read());
        }

        Agreement.SameBits("second kernel", kernel, both.Parameters[^2].Read());
        Agreement.SameBits("second bias", bias, both.Parameters[^1].Read());
        Tensor items = Tensor.From(Pixels, [Images.Count, 8, 8, 1]);
        IReadOnlyList<Tensor> outputs = both.Predict([items]);
        Assert.Equal(new Shape(Images.Count, 2), outputs[1].Shape);
        Agreement.SameBits("first output", first.Predict(items).ToArray(), outputs[0].ToArray());

        static Model Make(bool second)
        {
            Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), trunk = new Dense(9, Activation.Relu).Apply(new Flatten().Apply(input));
            Value classes = new Dense(3, Activation.Softmax).Apply(trunk), other = new Dense(2).Apply(trunk);
            var model = second ? new Model([input], [classes, other]) : new Model(input, classes);
            model.Compile(new AdamW(0.01, weightDecay: 0.1), backend: CpuBackend.Create(2), seed: 5);
            return model;
        }
    }

    /// <summary>A composed layer that is not trained keeps the weights of the layers within, moving statistics as well, and no gradient is computed for it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_not_trainable_stays_as_it_is(bool fuse)
    {
        var block = new Block { Trainable = false };
        Value input = Value.Input(new Shape(8, 8, 1), Preprocessing.Scale);
        Value features = new Flatten().Apply(block.Apply(input));
        using var model = new Model(input, new Dense(3, Activation.Softmax).Apply(features));
        model.Compile(new AdamW(0.01), backend: CpuBackend.Create(2), seed: 5, fuse: fuse);
        float[][] before = [.. model.Parameters.Select(parameter => parameter.Read())];
        Assert.Equal([.. Enumerable.Repeat(false, 6), true, true], model.Parameters.Select(parameter => parameter.IsTrained));
        Assert.DoesNotContain("d block", model.DescribePlan());
        History history = model.Fit(Images, epochs: 4, batchSize: 20);
        Assert.True(history["loss"][^1] < history["loss"][0]);
        for (int i = 0; i < before.Length; i++)
        {
            if (i < 6)
            {
                Agreement.SameBits(model.Parameters[i].Name, before[i], model.Parameters[i].Read());
            }
            else
            {
                Assert.NotEqual(before[i], model.Parameters[i].Read());
            }
        }

        // It counts when a model is compiled.
        block.Trainable = true;
        Assert.Equal(2, model.Parameters.Count(parameter => parameter.IsTrained));
        model.Compile(new AdamW(0.01), backend: CpuBackend.Create(2), seed: 5, fuse: fuse);
        Assert.Equal(6, model.Parameters.Count(parameter => parameter.IsTrained));
    }

    [Fact]
    public void Datasets_arrays_and_tensors_are_one_to_Fit()
    {
        using Model byDataset = Make(), byArray = Make(), byTensor = Make(), byTargets = Make(new CategoricalCrossentropy()), byTargetTensor = Make(new CategoricalCrossentropy());
        Tensor items = Tensor.From(Pixels, [Images.Count, 8, 8, 1]);
        float[] targets = [.. Labels.SelectMany(label => Enumerable.Range(0, 3).Select(i => i == label ? 1f : 0f))];
        History expected = byDataset.Fit(Images, epochs: 2, batchSize: 16, validationSplit: 0.25);
        Assert.Equal(45, Model.TrainingCount(Images.Count, 0.25));
        History[] others =
        [
            byArray.Fit(Pixels, Labels, epochs: 2, batchSize: 16, validationSplit: 0.25),
            byTensor.Fit(items, Labels, epochs: 2, batchSize: 16, validationSplit: 0.25),
            byTargets.Fit(Pixels, targets, epochs: 2, batchSize: 16, validationSplit: 0.25),
            byTargetTensor.Fit(items, Tensor.From(targets, [Images.Count, 3]), epochs: 2, batchSize: 16, validationSplit: 0.25),
        ];
        foreach (History history in others)
        {
            Assert.Equal(expected["loss"], history["loss"]);
            Assert.Equal(expected["val_loss"], history["val_loss"]);
        }

        Assert.All([byArray, byTensor, byTargets, byTargetTensor], model => Assert.Equal(byDataset.WeightsSha256(), model.WeightsSha256()));
        Assert.Equal(byDataset.Predict(Images)[7], byTensor.Predict(items).ToArray()[21..24]);
        Assert.Contains("items x 8x8x1", Assert.Throws<ArgumentException>(() => byTensor.Fit(Tensor.From(Pixels, [Images.Count, 64]), Labels)).Message);

        static Model Make(Loss? loss = null)
        {
            var model = new Sequential(TestNetworks.Small);
            model.Compile(new Adam(0.01), loss, backend: CpuBackend.Create(2), seed: 5);
            return model;
        }
    }

    private sealed class Block : Layer
    {
        private readonly Layer _conv = new Conv2D(4, 3, padding: Padding.Same), _norm = new BatchNormalization(0.5);

        public override Value Build(Value input) => new ReLU().Apply(_norm.Apply(_conv.Apply(input)));
    }
}
