using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Items that count more or less than others, and items in arrays.</summary>
public sealed class ItemWeightTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(40, 1);

    private static readonly float[] Items = [.. Enumerable.Range(0, Images.Count).SelectMany(i => { float[] item = new float[64]; Images.ReadItem(i, item); return item; })];

    private static readonly int[] Labels = [.. Enumerable.Range(0, Images.Count).Select(Images.Label)];

    [Fact]
    public void Weights_of_classes_are_weights_of_their_items()
    {
        var ofClasses = new Dictionary<int, double> { [0] = 2, [2] = 0.25 };
        float[] ofItems = [.. Labels.Select(label => (float)ofClasses.GetValueOrDefault(label, 1))];
        string byClass = Trained(new FitOptions { ClassWeight = ofClasses }), byItem = Trained(new FitOptions { SampleWeight = ofItems });
        Assert.Equal(byClass, byItem);
        Assert.NotEqual(byClass, Trained(new FitOptions()));

        // Both at once: powers of two, whose products are exact.
        Assert.Equal(
            Trained(new FitOptions { SampleWeight = [.. ofItems.Select(weight => weight * 4)] }),
            Trained(new FitOptions { ClassWeight = ofClasses, SampleWeight = [.. ofItems.Select(_ => 4f)] }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_of_one_change_no_bit(bool fuse) =>
        Assert.Equal(Trained(new FitOptions(), fuse), Trained(new FitOptions { SampleWeight = [.. Labels.Select(_ => 1f)] }, fuse));

    /// <summary>One step of SGD moves by minus the rate times the weighted sum of the items' gradients over their number.</summary>
    [Fact]
    public void A_step_is_the_weighted_mean_of_the_items_steps()
    {
        const int Count = 4;
        float[] weights = [2, 0, 0.5f, 1];
        float[][] start = Step([], null);
        float[][] together = Step([.. Enumerable.Range(0, Count)], weights);
        double[][] expected = [.. start.Select(tensor => new double[tensor.Length])];
        for (int item = 0; item < Count; item++)
        {
            float[][] alone = Step([item], null);
            for (int k = 0; k < start.Length; k++)
            {
                for (int i = 0; i < start[k].Length; i++)
                {
                    expected[k][i] += weights[item] / Count * ((double)alone[k][i] - start[k][i]);
                }
            }
        }

        for (int k = 0; k < start.Length; k++)
        {
            double scale = expected[k].Max(Math.Abs);
            Assert.All(Enumerable.Range(0, start[k].Length), i => Assert.Equal(expected[k][i], (double)together[k][i] - start[k][i], 1e-4 * scale));
        }

        static float[][] Step(int[] items, float[]? weights)
        {
            using var model = new Sequential(TestNetworks.WholeVectors);
            model.Compile(new SGD(1), backend: CpuBackend.Create(1), seed: 3);
            if (items.Length > 0)
            {
                model.Fit(new DatasetSubset(Images, items), batchSize: items.Length, options: new FitOptions { SampleWeight = weights });
            }

            return [.. model.Parameters.Select(p => p.Read())];
        }
    }

    [Fact]
    public void The_loss_of_an_epoch_and_of_validation_is_weighted_and_the_accuracy_is_not()
    {
        float[] weights = [.. Labels.Select((_, i) => i % 3 / 2f)];
        using var model = new Sequential(TestNetworks.WholeVectors);
        model.Compile(new SGD(1e-30), backend: CpuBackend.Create(2), seed: 3);
        EpochResult epoch = model.Fit(Images, batchSize: 8, validationSplit: 0.5, options: new FitOptions { SampleWeight = weights }).Epochs[0];
        double[] losses = [.. Enumerable.Range(0, 40).Select(i => model.Evaluate(new DatasetSlice(Images, i, 1)).Loss)];
        Assert.Equal(Enumerable.Range(0, 20).Average(i => weights[i] * losses[i]), epoch.Loss, 1e-5);
        Assert.Equal(Enumerable.Range(20, 20).Average(i => weights[i] * losses[i]), epoch.ValidationLoss!.Value, 1e-5);
        Assert.Equal(model.Evaluate(new DatasetSlice(Images, 20, 20)).Accuracy, epoch.ValidationAccuracy);
    }

    [Fact]
    public void Weights_that_can_not_be_are_refused()
    {
        string Refused(FitOptions options) => Assert.Throws<ArgumentException>(() => Trained(options)).Message;
        Assert.Contains("class 3", Refused(new FitOptions { ClassWeight = new Dictionary<int, double> { [3] = 1 } }));
        Assert.Contains("at least 0, not -1", Refused(new FitOptions { ClassWeight = new Dictionary<int, double> { [0] = -1 } }));
        Assert.Contains("at least 0, not NaN", Refused(new FitOptions { SampleWeight = [.. Labels.Select(_ => float.NaN)] }));
        Assert.Contains("39 weights for 40 items", Refused(new FitOptions { SampleWeight = new float[39] }));
        using var line = new Sequential(new Input(new Shape(1)), new Dense(1));
        line.Compile(loss: new MeanSquaredError());
        Assert.Contains(
            "numbers as targets",
            Assert.Throws<ArgumentException>(() => line.Fit([1f, 2], [1f, 2], options: new FitOptions { ClassWeight = new Dictionary<int, double>() })).Message);
    }

    [Fact]
    public void Arrays_are_trained_on_and_measured_like_any_data()
    {
        using var model = new Sequential(TestNetworks.Small);
        using var arrays = new Sequential(TestNetworks.Small);
        model.Compile(seed: 3);
        arrays.Compile(seed: 3);
        History expected = model.Fit(Images, epochs: 2, batchSize: 16, validationSplit: 0.2), actual = arrays.Fit(Items, Labels, epochs: 2, batchSize: 16, validationSplit: 0.2);
        Assert.Equal(expected["val_loss"], actual["val_loss"]);
        Assert.Equal(model.WeightsSha256(), arrays.WeightsSha256());
        Assert.Equal(model.Evaluate(Images).Loss, arrays.Evaluate(Items, Labels).Loss);
        Assert.Contains("need 2,560 values", Assert.Throws<ArgumentException>(() => arrays.Fit(Items[1..], Labels)).Message);
        Assert.Contains("Label 3", Assert.Throws<ArgumentException>(() => arrays.Fit(Items, [3, .. Labels[1..]])).Message);
    }

    /// <summary>y = 3 x1 - 2 x2 + 1, which a line finds.</summary>
    [Fact]
    public void Numbers_are_learnt_as_well_as_classes()
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 400).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        float[] y = [.. x.Chunk(2).Select(pair => (3 * pair[0]) - (2 * pair[1]) + 1)];
        using var line = new Sequential(new Input(new Shape(2)), new Dense(1));
        line.Compile(new SGD(0.1, 0.9), new MeanSquaredError(), [new MeanAbsoluteError()], seed: 1);
        History history = line.Fit(x, y, epochs: 30, batchSize: 20);
        Assert.All(history["loss"], loss => Assert.True(double.IsFinite(loss)));
        Assert.True(double.IsNaN(history.Epochs[0].Accuracy));
        Assert.InRange(line.Evaluate(x, y).Metrics["mean_absolute_error"], 0, 1e-4);
        Assert.Equal([3, -2, 1], line.Parameters.SelectMany(p => p.Read()).Select(w => Math.Round(w, 3)));
        Assert.Contains("compares with one class", Assert.Throws<ArgumentException>(() => Compiled().Fit(new ArrayDataset(Items, new Shape(8, 8, 1), new float[40], new Shape(1)))).Message);

        static Sequential Compiled()
        {
            var model = new Sequential(TestNetworks.Small);
            model.Compile();
            return model;
        }
    }

    private static string Trained(FitOptions options, bool fuse = true)
    {
        using var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: CpuBackend.Create(2), seed: 3, fuse: fuse);
        model.Fit(Images, epochs: 2, batchSize: 16, options: options);
        return model.WeightsSha256();
    }
}
