using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Peers.Contestants;

/// <summary>The seed network in NeuralCore.</summary>
internal sealed class OurNetwork(Digits digits, int threads, bool dropout = true, ConvAlgorithm conv = ConvAlgorithm.Auto) : ITrains, IPredicts
{
    private readonly float[] _pixels = new float[digits.Test.ItemShape.Count];

    /// <inheritdoc/>
    public string Name => "NeuralCore";

    /// <summary>The model.</summary>
    public Sequential Model { get; } = SeedNetwork.Compile(threads, SimdWidth.Auto, dropout: dropout, conv: conv);

    /// <inheritdoc/>
    public double Train(int steps) => Fit(0, steps);

    /// <inheritdoc/>
    public double Step(int batch) => Fit(batch, 1);

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        Predictions predictions = Model.Predict(digits.Test, SeedNetwork.Batch);
        for (int i = 0; i < predictions.Count; i++)
        {
            predictions[i].CopyTo(probabilities[(i * predictions.Classes)..]);
        }
    }

    /// <inheritdoc/>
    public void PredictOne(int image, Span<float> probabilities)
    {
        digits.Test.ReadItem(image, _pixels);
        Model.Predict(_pixels).CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private double Fit(int batch, int steps) => Model.Fit(
        new DatasetSlice(digits.Train, batch * SeedNetwork.Batch, steps * SeedNetwork.Batch), epochs: 1, SeedNetwork.Batch).Epochs[0].Loss;
}
