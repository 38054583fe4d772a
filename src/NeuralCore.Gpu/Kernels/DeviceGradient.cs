using ILGPU;
using NeuralCore.Gpu.Memory;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>An <see cref="OutputGradient"/> on the device, as products read it.</summary>
/// <param name="gradient">dy.</param>
/// <param name="winners">Behind a pooling: the pixel of each window that it belongs to.</param>
internal readonly struct DeviceGradient(OutputGradient gradient, Slot? winners = null)
{
    /// <summary>dy.</summary>
    public ArrayView<float> Values { get; } = GpuBlock.View<float>(gradient.Gradient);

    /// <summary>y of the ReLU; dy without one.</summary>
    public ArrayView<float> ReluOutput { get; } = GpuBlock.View<float>(gradient.ReluOutput ?? gradient.Gradient);

    /// <summary>One byte an output of a pooling; without one, bytes that no kernel reads.</summary>
    public ArrayView<byte> Winners { get; } = GpuBlock.View<byte>(winners ?? gradient.Gradient);

    /// <summary>How dz is made of the two.</summary>
    public Gradient Source { get; } = new(gradient.ReluOutput is null ? 0 : 1, (float)gradient.Scale);
}
