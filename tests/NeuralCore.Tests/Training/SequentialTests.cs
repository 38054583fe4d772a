using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Training;

/// <summary>What a user of the model sees: what it is made of, how it trains, what it says.</summary>
public sealed class SequentialTests
{
    [Fact]
    public void The_seed_network_has_its_parameters()
    {
        var model = new Sequential(TestNetworks.Seed);
        Assert.Equal(2_380_938, model.Summary.ParameterCount);
        Assert.Equal([320, 18_496, 0, 0, 0, 2_359_552, 0, 2_570], model.Summary.Layers.Select(layer => layer.ParameterCount));
        Assert.Equal(
            ["26x26x32", "24x24x64", "12x12x64", "12x12x64", "9216", "256", "256", "10"],
            model.Summary.Layers.Select(layer => layer.OutputShape.ToString()));
        Assert.Equal(
            ["conv2d", "conv2d_1", "max_pooling2d", "dropout", "flatten", "dense", "dropout_1", "dense_1"], model.Layers.Select(model.NameOf));
        Assert.Contains("2,380,938", model.Summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_learns_to_tell_bars_apart()
    {
        using var model = new Sequential(
            new Input(new Shape(8, 8, 1), Preprocessing.Scale),
            new Conv2D(8, 3, padding: Padding.Same, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Dropout(0.1),
            new Flatten(),
            new Dense(24, Activation.Relu),
            new Dense(3, Activation.Softmax));
        model.Compile(new Adam(0.005), backend: CpuBackend.Create(2), seed: 1);
        History history = model.Fit(TestNetworks.Bars(2000, 1), epochs: 6, batchSize: 20, validationSplit: 0.2);
        Assert.Equal(1, history.Epochs[^1].ValidationAccuracy);
        Assert.Equal(1, model.Evaluate(TestNetworks.Bars(500, 2)).Accuracy);
    }

    [Fact]
    public void A_plan_can_be_read_without_disturbing_training()
    {
        LabelledImages images = TestNetworks.Bars(60, 1);
        using Sequential asked = Trained(images), unasked = Trained(images);
        string plan = asked.DescribePlan(batchSize: 4);
        Assert.Contains("training plan, up to 4 items", plan, StringComparison.Ordinal);
        Assert.Contains("Conv2D", plan, StringComparison.Ordinal);
        asked.Fit(images, batchSize: 20);
        unasked.Fit(images, batchSize: 20);
        Assert.Equal(unasked.WeightsSha256(), asked.WeightsSha256());
    }

    [Fact]
    public void Bytes_and_numbers_are_the_same_image()
    {
        LabelledImages images = TestNetworks.Bars(30, 1);
        using Sequential model = Trained(images);
        var item = new float[images.ItemShape.Count];
        images.ReadItem(7, item);
        Assert.Equal(model.Predict(item), model.Predict(images.Pixels(7)));
        Assert.Equal(model.Predict(new DatasetSlice(images, 7, 1))[0].ToArray(), model.Predict(item));
    }

    [Fact]
    public void A_batch_is_never_larger_than_the_data()
    {
        LabelledImages images = TestNetworks.Bars(30, 1);
        using Sequential whole = Trained(images), huge = Trained(images);
        whole.Fit(images, batchSize: 30);
        huge.Fit(images, batchSize: int.MaxValue);
        Assert.Equal(whole.WeightsSha256(), huge.WeightsSha256());
        Assert.Equal(whole.Evaluate(images, batchSize: 30).Loss, huge.Evaluate(images, batchSize: int.MaxValue).Loss);
    }

    [Fact]
    public void An_evaluation_is_made_of_the_predictions()
    {
        LabelledImages images = TestNetworks.Bars(101, 2);
        using Sequential model = Trained(images);
        Evaluation evaluation = model.Evaluate(images, batchSize: 32);
        Predictions predictions = model.Predict(images, batchSize: 32);
        double loss = 0;
        int hits = 0;
        for (int i = 0; i < images.Count; i++)
        {
            Assert.Equal(predictions[i].ToArray(), evaluation.Predictions[i].ToArray());
            Assert.Equal(1, predictions[i].ToArray().Sum(p => (double)p), 1e-6);
            Assert.Equal(predictions[i].ToArray().Max(), predictions.Probability(i));
            loss -= Math.Log(predictions[i][images.Label(i)]) / images.Count;
            hits += predictions.Class(i) == images.Label(i) ? 1 : 0;
        }

        Assert.Equal(loss, evaluation.Loss, 1e-6);
        Assert.Equal(hits / 101.0, evaluation.Accuracy);
        Assert.Equal(hits, Enumerable.Range(0, 3).Sum(c => evaluation.Confusion[c, c]));
        Assert.Equal(101, Enumerable.Range(0, 3).Sum(evaluation.Confusion.Support));
    }

    [Fact]
    public void A_single_item_gets_the_prediction_it_gets_in_a_batch()
    {
        LabelledImages images = TestNetworks.Bars(9, 2);
        using Sequential model = Trained(images);
        Predictions together = model.Predict(images);
        for (int i = 0; i < images.Count; i++)
        {
            float[] item = new float[64];
            images.ReadItem(i, item);
            Agreement.SameBits($"prediction of item {i}", together[i], model.Predict(item));
        }
    }

    [Fact]
    public void Validation_data_is_the_end_of_the_data_and_is_not_trained_on()
    {
        var recorder = new RecordingDataset(TestNetworks.Bars(50, 1));
        using Sequential model = Compiled();
        var watcher = new Watcher { OnValidation = () => recorder.Reads.Add(-1) };
        model.Fit(recorder, epochs: 2, batchSize: 8, validationSplit: 0.3, callbacks: [watcher]);

        // Each epoch reads every one of the first 35 once, in an order of its own, and then the last 15 as they stand.
        int[] reads = [.. recorder.Reads];
        Assert.Equal(2 * 51, reads.Length);
        int[] all = [.. Enumerable.Range(0, 35)];
        Assert.Equal(all, reads[..35].Order());
        Assert.Equal(all, reads[51..86].Order());
        Assert.NotEqual(all, reads[..35]);
        Assert.NotEqual(reads[..35], reads[51..86]);
        Assert.Equal([-1, .. Enumerable.Range(35, 15)], reads[35..51]);
        Assert.Equal([-1, .. Enumerable.Range(35, 15)], reads[86..]);
    }

    [Fact]
    public void Of_the_60_000_images_of_MNIST_the_last_18_000_validate()
    {
        var recorder = new RecordingDataset(new LabelledImages(new byte[60_000], new byte[60_000], 1, 1));
        using var model = new Sequential(new Input(new Shape(1, 1, 1)), new Flatten(), new Dense(10, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(1));
        var watcher = new Watcher();
        model.Fit(recorder, batchSize: 128, validationSplit: 0.3, callbacks: [watcher]);
        Assert.Equal(42_000, watcher.Steps[^1].Images);
        Assert.Equal((1, 1, 329), watcher.Begins.Single());
        Assert.Equal(Enumerable.Range(42_000, 18_000), recorder.Reads.Skip(42_000));
    }

    [Fact]
    public void Metrics_run_over_an_epoch_and_end_in_the_history()
    {
        using Sequential model = Compiled();
        var watcher = new Watcher();
        LabelledImages images = TestNetworks.Bars(50, 1);
        History history = model.Fit(images, epochs: 3, batchSize: 8, validationSplit: 0.3, callbacks: [watcher]);

        Assert.Equal([(1, 3, 5), (2, 3, 5), (3, 3, 5)], watcher.Begins);
        Assert.Equal([8, 16, 24, 32, 35], watcher.Steps.Take(5).Select(step => step.Images));
        Assert.Equal(15, watcher.Steps.Count);
        Assert.Equal(history.Epochs, watcher.Ends);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            StepProgress last = watcher.Steps[(5 * epoch) + 4];
            Assert.Equal((epoch + 1, 5, 5), (last.Epoch, last.Step, last.Steps));
            Assert.Equal(last.Loss, history.Epochs[epoch].Loss);
            Assert.Equal(last.Accuracy, history.Epochs[epoch].Accuracy);
            Assert.Equal(epoch + 1, history.Epochs[epoch].Epoch);
        }

        Evaluation validation = model.Evaluate(new DatasetSlice(images, 35, 15), batchSize: 8);
        Assert.Equal(validation.Loss, history.Epochs[2].ValidationLoss);
        Assert.Equal(validation.Accuracy, history.Epochs[2].ValidationAccuracy);
        Assert.Null(model.Fit(images).Epochs[0].ValidationLoss);
    }

    [Fact]
    public void A_running_loss_is_the_mean_over_the_items_of_all_batches()
    {
        // Without dropout and with a learning rate too small to move a weight, training and evaluating see the same network.
        using var model = new Sequential(new Input(new Shape(8, 8, 1)), new Flatten(), new Dense(3, Activation.Softmax));
        model.Compile(new Adam(1e-30), backend: CpuBackend.Create(1));
        LabelledImages images = TestNetworks.Bars(50, 1);
        Evaluation evaluation = model.Evaluate(images);
        EpochResult epoch = model.Fit(images, batchSize: 8).Epochs[0];
        Assert.Equal(evaluation.Loss, epoch.Loss, 1e-5 * evaluation.Loss);
        Assert.Equal(evaluation.Accuracy, epoch.Accuracy);
    }

    [Fact]
    public void Cancelling_ends_with_the_running_step_and_keeps_what_was_learnt()
    {
        LabelledImages images = TestNetworks.Bars(100, 1);
        using Sequential model = Compiled();
        string before = model.WeightsSha256();
        using var cancellation = new CancellationTokenSource();
        var watcher = new Watcher { OnStep = step => { if (step.Step == 3) { cancellation.Cancel(); } } };
        Assert.Throws<OperationCanceledException>(
            () => model.Fit(images, epochs: 5, batchSize: 10, callbacks: [watcher], options: new FitOptions { CancellationToken = cancellation.Token }));
        Assert.Equal(3, watcher.Steps.Count);
        Assert.NotEqual(before, model.WeightsSha256());

        // The same three steps, not cancelled, come to the same weights.
        using Sequential other = Compiled();
        var stopped = new RecordingDataset(images);
        using var again = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => other.Fit(
            stopped, batchSize: 10, callbacks: [new Watcher { OnStep = step => { if (step.Step == 3) { again.Cancel(); } } }], options: new FitOptions { CancellationToken = again.Token }));
        Assert.Equal(model.WeightsSha256(), other.WeightsSha256());

        // Three batches, and the fourth, which is read before the losses of the third.
        Assert.Equal(40, stopped.Reads.Count);

        Assert.InRange(model.Evaluate(images).Accuracy, 0, 1);
        Assert.Single(model.Fit(images).Epochs);
    }

    [Fact]
    public void Parameters_can_be_read_and_replaced()
    {
        LabelledImages images = TestNetworks.Bars(20, 1);
        using Sequential model = Trained(images);
        using Sequential copy = Compiled();
        Assert.Equal("conv2d/kernel", model.Parameters[0].Name);
        Assert.Equal(new Shape(3, 3, 1, 5), model.Parameters[0].Shape);
        foreach ((ModelParameter from, ModelParameter to) in model.Parameters.Zip(copy.Parameters))
        {
            to.Write(from.Read());
        }

        Assert.Equal(model.WeightsSha256(), copy.WeightsSha256());
        Assert.Equal(model.Predict(images)[7].ToArray(), copy.Predict(images)[7].ToArray());
        Assert.Throws<ArgumentException>(() => model.Parameters[0].Write(new float[44]));
    }

    /// <summary>An inference plan keeps a form of these convolutions' weights: whatever changes them has to reach it.</summary>
    [Fact]
    public void Predictions_follow_the_weights_whatever_changes_them()
    {
        LabelledImages images = TestNetworks.Bars(60, 1);
        var item = new float[64];
        images.ReadItem(7, item);
        using Sequential model = New();
        SameAsAnew();
        model.Fit(images, batchSize: 20);
        SameAsAnew();
        ModelParameter kernel = model.Parameters[2];
        kernel.Write(Array.ConvertAll(kernel.Read(), w => -w));
        SameAsAnew();
        model.Fit(images, batchSize: 20, callbacks: [new PredictingCallback(SameAsAnew)]);
        SameAsAnew();

        void SameAsAnew()
        {
            using Sequential anew = New();
            foreach ((ModelParameter from, ModelParameter to) in model.Parameters.Zip(anew.Parameters))
            {
                to.Write(from.Read());
            }

            Agreement.SameBits("one", anew.Predict(item), model.Predict(item));
            Agreement.SameBits("many", anew.Predict(images)[7].ToArray(), model.Predict(images)[7].ToArray());
        }

        static Sequential New()
        {
            var model = new Sequential(TestNetworks.WholeVectors);
            model.Compile(new Adam(0.01), backend: CpuBackend.Create(2), seed: 1);
            return model;
        }
    }

    [Fact]
    public void Compiling_again_begins_anew()
    {
        using Sequential model = Compiled();
        string first = model.WeightsSha256();
        model.Fit(TestNetworks.Bars(20, 1));
        string trained = model.WeightsSha256();
        model.Compile(backend: CpuBackend.Create(1), seed: 7);
        Assert.Equal(first, model.WeightsSha256());
        model.Fit(TestNetworks.Bars(20, 1));
        Assert.Equal(trained, model.WeightsSha256());
    }

    private static Sequential Compiled()
    {
        var model = new Sequential(TestNetworks.Small);
        model.Compile(backend: CpuBackend.Create(1), seed: 7);
        return model;
    }

    private static Sequential Trained(LabelledImages images)
    {
        Sequential model = Compiled();
        model.Fit(images, batchSize: 10);
        return model;
    }

    private sealed class PredictingCallback(Action predict) : Callback
    {
        public override void OnStepEnd(in StepProgress progress) => predict();
    }
}
