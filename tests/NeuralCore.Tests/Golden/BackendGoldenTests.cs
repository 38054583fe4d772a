using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Tests.Golden;

/// <summary>The textbook loops against PyTorch.</summary>
public sealed class ReferenceGoldenTests : OpGoldenTests
{
    /// <summary>A channel's gradient is one chain of 3,136 sums in the residual network, and the error of a chain grows with the root of its length: 56 / 16.</summary>
    protected override double Slack => 3.5;

    protected override IBackend<float> CreateBackend() => new ReferenceBackend<float>();
}

/// <summary>The portable vectors against PyTorch.</summary>
public sealed class PortableGoldenTests : OpGoldenTests
{
    protected override IBackend<float> CreateBackend() => CpuBackend.Create(2, SimdWidth.Portable);
}

/// <summary>128-bit vectors against PyTorch.</summary>
public sealed class Bits128GoldenTests : OpGoldenTests
{
    protected override IBackend<float> CreateBackend() => CpuBackend.Create(1, SimdWidth.Bits128);
}

/// <summary>256-bit vectors against PyTorch.</summary>
public sealed class Bits256GoldenTests : OpGoldenTests
{
    protected override IBackend<float> CreateBackend() => CpuBackend.Create(2, SimdWidth.Bits256);
}

/// <summary>512-bit vectors against PyTorch.</summary>
public sealed class Bits512GoldenTests : OpGoldenTests
{
    protected override IBackend<float> CreateBackend() => CpuBackend.Create(1, SimdWidth.Bits512);
}
