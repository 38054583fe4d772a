using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>What the forward pass of a pooled convolution writes.</summary>
/// <param name="Values">y.</param>
/// <param name="Winners">One byte an output; empty if no backward pass follows.</param>
/// <param name="Dropout">What is dropped of y; null without a dropout.</param>
internal readonly record struct DevicePooledResult(ArrayView<float> Values, ArrayView<byte> Winners, DropoutMask? Dropout);
