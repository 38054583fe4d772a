using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Peers.Networks;
using NeuralCore.Simd;

namespace NeuralCore.Peers.Contestants;

/// <summary>A network in NeuralCore.</summary>
internal sealed class OurNetwork : ITrains, IPredicts
{
    private readonly Pictures _pictures;
    private readonly float[] _pixels;

    /// <summary>Makes it.</summary>
    public OurNetwork(PeerNetwork network, Pictures pictures, int threads, bool dropout = true, ConvAlgorithm conv = ConvAlgorithm.Auto)
    {
        (_pictures, _pixels) = (pictures, new float[pictures.Shape.Count]);
        Model = network.Create(dropout);
        Model.Compile(new Adam(), backend: CpuBackend.Create(threads, SimdWidth.Auto, conv), seed: 1);
    }

    /// <inheritdoc/>
    public string Name => "NeuralCore";

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <inheritdoc/>
    public double Train(int steps) => Fit(0, steps);

    /// <inheritdoc/>
    public double Step(int batch) => Fit(batch, 1);

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        Predictions predictions = Model.Predict(_pictures.Test, PeerNetwork.Batch);
        for (int i = 0; i < predictions.Count; i++)
        {
            predictions[i].CopyTo(probabilities[(i * predictions.Classes)..]);
        }
    }

    /// <inheritdoc/>
    public void PredictOne(int image, Span<float> probabilities)
    {
        _pictures.Test.ReadItem(image, _pixels);
        Model.Predict(_pixels).CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private double Fit(int batch, int steps) => Model.Fit(
        new DatasetSlice(_pictures.Train, batch * PeerNetwork.Batch, steps * PeerNetwork.Batch), epochs: 1, PeerNetwork.Batch).Epochs[0].Loss;
}
