using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>What a convolution or a dense layer does to each sum: the bias is added, and a ReLU may follow.</summary>
/// <param name="Bias">One number a filter or unit: zeros without a bias.</param>
/// <param name="IsRelu">Whether a ReLU follows.</param>
internal readonly record struct BiasEpilogue(ArrayView<float> Bias, bool IsRelu);
