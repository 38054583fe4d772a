using NeuralCore.Data;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>What is measured beside the loss: by formula, over an epoch, and across a resumption.</summary>
public sealed class MetricTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(47, 1);

    [Fact]
    public void Each_metric_is_its_formula()
    {
        Assert.Equal(1, new Accuracy().Measure([0.1f, 0.7f, 0.2f], [1]));
        Assert.Equal(0, new Accuracy().Measure([0.4f, 0.4f, 0.2f], [1]));
        Assert.Equal(1, new Accuracy().Measure([0.1f, 0.7f, 0.2f], [0, 0.8f, 0.2f]));
        Assert.Equal([1, 0], new[] { 0.6f, 0.4f }.Select(p => new Accuracy().Measure([p], [1])));
        Assert.Equal([0, 1, 1], new[] { 1, 2, 3 }.Select(k => new TopKAccuracy(k).Measure([0.5f, 0.3f, 0.2f], [1])));
        Assert.Equal(0, new TopKAccuracy(3).Measure([0.5f, float.NaN, 0.2f], [1]));
        Assert.Equal(0.75, new BinaryAccuracy().Measure([0.6f, 0.4f, 0.9f, 0.1f], [1, 0, 0, 0]));
        Assert.Equal(1, new BinaryAccuracy(threshold: 0).Measure([0.1f, -0.1f], [1, 0]));
        Assert.Equal(1.5, new MeanAbsoluteError().Measure([1, -2], [0, 0]));
        Assert.Equal(2.5, Metric.Of(new MeanSquaredError()).Measure([1, -2], [0, 0]));
        Assert.Equal(
            ["accuracy", "top_2_accuracy", "binary_accuracy", "mean_absolute_error", "mean_squared_error", "confidence"],
            new Metric[] { new Accuracy(), new TopKAccuracy(2), new BinaryAccuracy(), new MeanAbsoluteError(), Metric.Of(new MeanSquaredError()), new Confidence() }.Select(m => m.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_evaluation_is_the_mean_over_its_items(bool fuse)
    {
        using Sequential model = Compiled(fuse, new TopKAccuracy(2), new Confidence());
        model.Fit(Images, batchSize: 20);
        Evaluation evaluation = model.Evaluate(Images, batchSize: 20);
        Predictions predictions = model.Predict(Images);
        double[] confidences = [.. Enumerable.Range(0, Images.Count).Select(i => (double)predictions[i].ToArray().Max())];
        Assert.Equal(confidences.Sum() / Images.Count, evaluation.Metrics["confidence"], 1e-12);
        Assert.Equal(
            Enumerable.Range(0, Images.Count).Average(i => new TopKAccuracy(2).Measure(predictions[i], [Images.Label(i)])), evaluation.Metrics["top_2_accuracy"], 1e-12);
    }

    /// <summary>A learning rate of next to nothing, and no dropout: what training measures is what an evaluation does.</summary>
    [Fact]
    public void Training_measures_what_an_evaluation_does()
    {
        using var model = new Sequential(TestNetworks.WholeVectors);
        model.Compile(new SGD(1e-30), metrics: [new Confidence(), new Accuracy()], backend: CpuBackend.Create(2), seed: 3);
        History history = model.Fit(Images, epochs: 1, batchSize: 20, validationData: Images);
        Evaluation evaluation = model.Evaluate(Images);
        Assert.Equal(evaluation.Metrics["confidence"], history["confidence"][0], 1e-6);
        Assert.Equal(evaluation.Metrics["confidence"], history["val_confidence"][0], 1e-12);
        Assert.Equal(evaluation.Accuracy, history["accuracy"][0]);
        Assert.Equal(evaluation.Accuracy, history.Epochs[0].Metrics["accuracy"]);
        Assert.Contains("top_2_accuracy", Assert.Throws<KeyNotFoundException>(() => history["top_2_accuracy"]).Message);
    }

    [Fact]
    public void An_epoch_that_is_resumed_in_its_middle_is_measured_whole()
    {
        var log = new Moments();
        using Sequential model = Compiled(true, new Confidence()), resumed = Compiled(true, new Confidence()), other = Compiled(true, new TopKAccuracy(2));
        History expected = model.Fit(Images, epochs: 2, batchSize: 20, callbacks: [log]);
        foreach (Checkpoint moment in log.All)
        {
            History history = resumed.Fit(Images, epochs: 2, batchSize: 20, options: new FitOptions { ResumeFrom = moment });
            Assert.Equal(expected["confidence"], history["confidence"]);
        }

        Assert.Contains(
            "without top_2_accuracy", Assert.Throws<ArgumentException>(() => other.Fit(Images, epochs: 2, batchSize: 20, options: new FitOptions { ResumeFrom = log.All[0] })).Message);
    }

    [Fact]
    public void A_metric_that_is_not_for_the_output_is_refused()
    {
        using var model = new Sequential(TestNetworks.Small);
        string Refused(params Metric[] metrics) => Assert.Throws<ArgumentException>(() => model.Compile(metrics: metrics)).Message;
        Assert.Contains("counts 5 classes", Refused(new TopKAccuracy(5)));
        Assert.Contains("called 'accuracy'", Refused(new Accuracy(), new Accuracy()));
        Assert.Contains("each of 3 numbers", Refused(new MeanAbsoluteError()));
        Assert.Contains("each of 3 numbers", Refused(new BinaryAccuracy()));
        Assert.Contains("other targets", Refused(Metric.Of(new MeanSquaredError())));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKAccuracy(0));
    }

    private static Sequential Compiled(bool fuse, params Metric[] metrics)
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(new Adam(0.005), metrics: metrics, backend: CpuBackend.Create(2), seed: 3, fuse: fuse);
        return model;
    }

    /// <summary>The greatest probability.</summary>
    private sealed class Confidence : Metric
    {
        public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) => System.Numerics.Tensors.TensorPrimitives.Max(prediction);
    }
}
