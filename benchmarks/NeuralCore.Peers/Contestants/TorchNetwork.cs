using System.Runtime.InteropServices;
using NeuralCore.Benchmarks.Programs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NeuralCore.Peers.Contestants;

/// <summary>
/// The seed network in libtorch. Its images lie ready as floats; a training step picks a batch's rows, as a data loader
/// without transformations would.
/// </summary>
internal sealed class TorchNetwork : ITrains, IPredicts
{
    private const double KerasEpsilon = 1e-7;
    private const double Beta2 = 0.999;

    private readonly int _threads;
    private readonly Sequential _model;
    private readonly Adam _adam;
    private readonly Adam.Options _adamOptions;
    private readonly Tensor _trainPixels;
    private readonly Tensor _trainLabels;
    private readonly Tensor _testPixels;
    private long _steps;

    /// <summary>Builds it from NeuralCore's weights.</summary>
    /// <param name="digits">The data.</param>
    /// <param name="weights">The first values.</param>
    /// <param name="threads">The threads of an op.</param>
    /// <param name="channelsLast">Whether the weights lie channels-last, and with them what the convolutions write.</param>
    /// <param name="trainingImages">How many training images will be used.</param>
    /// <param name="dropout">Whether dropout does anything.</param>
    public TorchNetwork(Digits digits, Weights weights, int threads, bool channelsLast, int trainingImages, bool dropout = true)
    {
        _threads = threads;
        Name = $"libtorch 2.10{(channelsLast ? ", channels-last" : "")}";
        Conv2d convolution1 = nn.Conv2d(1, 32, 3), convolution2 = nn.Conv2d(32, 64, 3);
        Linear dense1 = nn.Linear(9216, 256), dense2 = nn.Linear(256, 10);
        _model = nn.Sequential(
            ("convolution1", convolution1), ("relu1", nn.ReLU()), ("convolution2", convolution2), ("relu2", nn.ReLU()), ("pool", nn.MaxPool2d(2)),
            ("dropout1", nn.Dropout(dropout ? 0.25 : 0)), ("flatten", nn.Flatten()), ("dense1", dense1), ("relu3", nn.ReLU()),
            ("dropout2", nn.Dropout(dropout ? 0.5 : 0)), ("dense2", dense2));
        using (no_grad())
        {
            Set(convolution1.weight!, weights.Convolution1, channelsLast);
            Set(convolution1.bias!, weights.Bias1);
            Set(convolution2.weight!, weights.Convolution2, channelsLast);
            Set(convolution2.bias!, weights.Bias2);
            Set(dense1.weight!, weights.Dense1);
            Set(dense1.bias!, weights.Bias3);
            Set(dense2.weight!, weights.Dense2);
            Set(dense2.bias!, weights.Bias4);
        }

        _adam = optim.Adam(_model.parameters(), lr: 1e-3, beta2: Beta2);
        _adamOptions = ((ParamGroup<Adam.Options>)_adam.ParamGroups.First()).Options;
        _trainPixels = Images(digits.TrainPixels(trainingImages));
        _trainLabels = tensor(digits.Train.Labels[..trainingImages].ToArray().Select(label => (long)label).ToArray());
        _testPixels = Images(digits.TestPixels);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Train(int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        Begin(training: true);
        Tensor order = randperm(steps * SeedNetwork.Batch);
        double sum = 0;
        for (int step = 0; step < steps; step++)
        {
            sum += Step(order[TensorIndex.Slice(step * SeedNetwork.Batch, (step + 1) * SeedNetwork.Batch)]);
        }

        return sum / steps;
    }

    /// <inheritdoc/>
    public double Step(int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Begin(training: true);
        return Step(arange(batch * SeedNetwork.Batch, (batch + 1) * SeedNetwork.Batch));
    }

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        Begin(training: false);
        using IDisposable inference = inference_mode();
        for (int start = 0; start < _testPixels.shape[0]; start += SeedNetwork.Batch)
        {
            Predict(start, Math.Min(start + SeedNetwork.Batch, (int)_testPixels.shape[0]), probabilities[(start * 10)..]);
        }
    }

    /// <inheritdoc/>
    public void PredictOne(int image, Span<float> probabilities)
    {
        Begin(training: false);
        using IDisposable inference = inference_mode();
        Predict(image, image + 1, probabilities);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adam.Dispose();
        _model.Dispose();
        _trainPixels.Dispose();
        _trainLabels.Dispose();
        _testPixels.Dispose();
    }

    private static Tensor Images(float[] pixels) => tensor(pixels).reshape(-1, 1, 28, 28);

    private static void Set(Tensor parameter, float[] values, bool channelsLast = false)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = tensor(values).reshape(parameter.shape);
        parameter.set_(channelsLast ? all.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : all);
    }

    /// <summary>The number of threads belongs to the process, and every turn begins by setting it.</summary>
    private void Begin(bool training)
    {
        if (get_num_threads() != _threads)
        {
            set_num_threads(_threads);
        }

        if (_model.training != training)
        {
            _model.train(training);
        }
    }

    private double Step(Tensor rows)
    {
        using DisposeScope scope = NewDisposeScope();
        _adam.zero_grad();
        Tensor loss = nn.functional.cross_entropy(_model.forward(_trainPixels.index_select(0, rows)), _trainLabels.index_select(0, rows));
        loss.backward();

        // Keras adds epsilon before the second moment's bias correction, and PyTorch after it.
        _adamOptions.eps = KerasEpsilon / Math.Sqrt(1 - Math.Pow(Beta2, ++_steps));
        _adam.step();
        return loss.item<float>();
    }

    private void Predict(int start, int end, Span<float> probabilities)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = _model.forward(_testPixels[TensorIndex.Slice(start, end)]);
        MemoryMarshal.Cast<byte, float>(nn.functional.softmax(scores, 1).bytes).CopyTo(probabilities);
    }
}
