namespace NeuralCore;

/// <summary>Where an optimiser adds the small number that keeps its division away from zero: the one thing in which Keras's and PyTorch's differ.</summary>
public enum EpsilonRule
{
    /// <summary>Adam: to the root of the second moment as it is. RMSprop: under the root.</summary>
    Keras,

    /// <summary>Adam: to the root of the second moment with its bias correction, so that it counts for less in the first steps. RMSprop: to the root.</summary>
    PyTorch,
}
