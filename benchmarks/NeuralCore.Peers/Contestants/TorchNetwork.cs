using System.Runtime.InteropServices;
using NeuralCore.Data;
using NeuralCore.Peers.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NeuralCore.Peers.Contestants;

/// <summary>
/// A network in libtorch. Its images lie ready as floats; a training step picks a batch's rows, as a data loader without transformations would.
/// </summary>
internal sealed class TorchNetwork : ITrains, IPredicts
{
    private const double KerasEpsilon = 1e-7;
    private const double Beta2 = 0.999;

    private readonly int _threads;
    private readonly TorchModule _model;
    private readonly TorchSharp.Modules.Adam _adam;
    private readonly TorchSharp.Modules.Adam.Options _adamOptions;
    private readonly TorchTensor _trainPixels;
    private readonly TorchTensor _trainLabels;
    private readonly TorchTensor _testPixels;
    private long _steps;

    /// <summary>Builds it from a network of NeuralCore with its weights.</summary>
    /// <param name="pictures">The data.</param>
    /// <param name="model">The network.</param>
    /// <param name="threads">The threads of an op.</param>
    /// <param name="channelsLast">Whether images and kernels lie channels-last.</param>
    /// <param name="trainingImages">How many training images will be used.</param>
    public TorchNetwork(Pictures pictures, Model model, int threads, bool channelsLast, int trainingImages)
    {
        _threads = threads;
        Name = $"libtorch 2.10{(channelsLast ? ", channels-last" : "")}";
        _model = new TorchModule(model, channelsLast);
        _adam = optim.Adam(_model.parameters(), lr: 1e-3, beta2: Beta2);
        _adamOptions = ((ParamGroup<TorchSharp.Modules.Adam.Options>)_adam.ParamGroups.First()).Options;
        _trainPixels = Images(pictures.Train, trainingImages, channelsLast);
        _trainLabels = tensor(Enumerable.Range(0, trainingImages).Select(i => (long)pictures.Train.Label(i)).ToArray());
        _testPixels = Images(pictures.Test, pictures.Test.Count, channelsLast);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Train(int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        Begin(training: true);
        TorchTensor order = randperm(steps * PeerNetwork.Batch);
        double sum = 0;
        for (int step = 0; step < steps; step++)
        {
            sum += Step(order[TensorIndex.Slice(step * PeerNetwork.Batch, (step + 1) * PeerNetwork.Batch)]);
        }

        return sum / steps;
    }

    /// <inheritdoc/>
    public double Step(int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Begin(training: true);
        return Step(arange(batch * PeerNetwork.Batch, (batch + 1) * PeerNetwork.Batch));
    }

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        Begin(training: false);
        using IDisposable inference = inference_mode();
        for (int start = 0; start < _testPixels.shape[0]; start += PeerNetwork.Batch)
        {
            Predict(start, Math.Min(start + PeerNetwork.Batch, (int)_testPixels.shape[0]), probabilities[(start * PeerNetwork.Classes)..]);
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

    private static TorchTensor Images(IDataset data, int images, bool channelsLast)
    {
        using DisposeScope scope = NewDisposeScope();
        Shape shape = data.ItemShape;
        TorchTensor pixels = tensor(Pictures.Pixels(data, images)).reshape(images, shape[0], shape[1], shape[2]).permute(0, 3, 1, 2);
        return (channelsLast ? pixels : pixels.contiguous()).MoveToOuterDisposeScope();
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

    private double Step(TorchTensor rows)
    {
        using DisposeScope scope = NewDisposeScope();
        _adam.zero_grad();
        TorchTensor loss = nn.functional.cross_entropy(_model.forward(_trainPixels.index_select(0, rows)), _trainLabels.index_select(0, rows));
        loss.backward();

        // Keras adds epsilon before the second moment's bias correction, and PyTorch after it.
        _adamOptions.eps = KerasEpsilon / Math.Sqrt(1 - Math.Pow(Beta2, ++_steps));
        _adam.step();
        return loss.item<float>();
    }

    private void Predict(int start, int end, Span<float> probabilities)
    {
        using DisposeScope scope = NewDisposeScope();
        TorchTensor scores = _model.forward(_testPixels[TensorIndex.Slice(start, end)]);
        MemoryMarshal.Cast<byte, float>(nn.functional.softmax(scores, 1).bytes).CopyTo(probabilities);
    }
}
