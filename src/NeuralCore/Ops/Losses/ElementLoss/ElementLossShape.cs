namespace NeuralCore.Ops;

/// <summary>A loss that is the mean, over an item's elements, of a function of a prediction and a target.</summary>
internal enum ElementLoss
{
    /// <summary><see cref="SquaredError"/>.</summary>
    SquaredError,

    /// <summary><see cref="BinaryCrossEntropyOfLogits"/>.</summary>
    BinaryCrossEntropyOfLogits,

    /// <summary><see cref="BinaryCrossEntropy"/>.</summary>
    BinaryCrossEntropy,
}

/// <summary>The elements of an item, and what is done with them.</summary>
/// <param name="Loss">The function.</param>
/// <param name="Columns">The elements of an item.</param>
/// <param name="Smoothing">The targets of a binary cross-entropy are taken as (1 - smoothing) * t + smoothing / 2; in [0, 1).</param>
internal readonly record struct ElementLossShape(ElementLoss Loss, int Columns, double Smoothing = 0);
