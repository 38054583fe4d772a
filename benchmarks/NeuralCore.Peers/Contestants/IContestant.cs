namespace NeuralCore.Peers.Contestants;

/// <summary>A library with a network in it, on a fixed number of threads.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>The library and its version.</summary>
    string Name { get; }
}

/// <summary>A contestant that trains.</summary>
internal interface ITrains : IContestant
{
    /// <summary>Trains on the first images of the training set, in an order drawn anew, in batches of 128.</summary>
    /// <param name="steps">The batches.</param>
    /// <returns>The mean of the batches' losses in nats, each taken when its step ran.</returns>
    double Train(int steps);

    /// <summary>One step on one batch in the data's own order.</summary>
    /// <returns>Its mean loss in nats, taken before the step.</returns>
    double Step(int batch);
}

/// <summary>A contestant that predicts.</summary>
internal interface IPredicts : IContestant
{
    /// <summary>Predicts all test images in batches of 128.</summary>
    /// <param name="probabilities">Receives images x 10 values.</param>
    void PredictAll(Span<float> probabilities);

    /// <summary>Predicts a single test image.</summary>
    /// <param name="image">Which one.</param>
    /// <param name="probabilities">Receives 10 values.</param>
    void PredictOne(int image, Span<float> probabilities);
}
