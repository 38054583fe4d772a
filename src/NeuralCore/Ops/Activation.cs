using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>What a layer applies to each of its outputs.</summary>
public enum Activation
{
    /// <summary>Nothing: y = z.</summary>
    Linear,

    /// <summary>y = max(z, 0); NaN stays NaN.</summary>
    Relu,

    /// <summary>y_i = exp(z_i) / sum_j exp(z_j) over the last axis; only as a network's last activation.</summary>
    Softmax,
}
