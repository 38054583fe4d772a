using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// What a layer applies to each of its outputs: Keras's functions by their names, with Keras's parameters. Those with parameters of their own are layers
/// as well (<see cref="ReLU"/>, <see cref="LeakyReLU"/>, <see cref="ELU"/>).
/// </summary>
public enum Activation
{
    /// <summary>Nothing: y = z.</summary>
    Linear,

    /// <summary>y = max(z, 0); NaN stays NaN.</summary>
    Relu,

    /// <summary>y_i = exp(z_i) / sum_j exp(z_j) over the last axis.</summary>
    Softmax,

    /// <summary>y = 1 / (1 + exp(-z)).</summary>
    Sigmoid,

    /// <summary>y = tanh(z).</summary>
    Tanh,

    /// <summary>y = min(max(z, 0), 6).</summary>
    Relu6,

    /// <summary>y = z where z &gt; 0, else 0.2 z.</summary>
    LeakyRelu,

    /// <summary>y = z where z &gt; 0, else exp(z) - 1.</summary>
    Elu,

    /// <summary>y = 1.05070098 z where z &gt; 0, else 1.05070098 * 1.67326324 (exp(z) - 1).</summary>
    Selu,

    /// <summary>y = z (1 + erf(z / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>Gelu with the error function approximated by a hyperbolic tangent: Keras's <c>gelu</c> with <c>approximate=True</c>.</summary>
    GeluTanh,

    /// <summary>y = z / (1 + exp(-z)), also called swish.</summary>
    Silu,

    /// <summary>y = z tanh(ln(1 + exp(z))).</summary>
    Mish,

    /// <summary>y = ln(1 + exp(z)).</summary>
    Softplus,

    /// <summary>y = z / (1 + |z|).</summary>
    Softsign,

    /// <summary>y = exp(z).</summary>
    Exponential,

    /// <summary>y = -ln(1 + exp(-z)).</summary>
    LogSigmoid,

    /// <summary>y = min(max(z / 6 + 1/2, 0), 1).</summary>
    HardSigmoid,

    /// <summary>y = z min(max(z + 3, 0), 6) / 6.</summary>
    HardSilu,
}
