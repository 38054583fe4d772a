using NeuralCore.Data;

namespace NeuralCore;

/// <summary>What gives each item one probability a class: a <see cref="Model"/>, or several as an <see cref="Ensemble"/>.</summary>
public interface IClassifier
{
    /// <summary>The shape of one raw item.</summary>
    Shape ItemShape { get; }

    /// <summary>The number of classes.</summary>
    int Classes { get; }

    /// <summary>The probabilities of every item.</summary>
    /// <param name="data">Items of <see cref="ItemShape"/>; their labels are not looked at.</param>
    /// <param name="batchSize">The items computed at once.</param>
    Predictions Predict(IDataset data, int batchSize = 128);

    /// <summary>The probabilities of one image.</summary>
    /// <param name="pixels">Its pixels, 0 to 255, row-major.</param>
    /// <returns>One probability a class.</returns>
    float[] Predict(ReadOnlySpan<byte> pixels);
}
