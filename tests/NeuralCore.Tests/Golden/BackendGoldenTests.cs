using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Tests.Golden;

/// <summary>The textbook loops against PyTorch.</summary>
public sealed class ReferenceGoldenTests : OpGoldenTests
{
    /// <summary>
    /// The sum of a channel is one chain of 3,136 additions in the residual network, where kernels go on in double after 256: the bound of the error of
    /// a chain grows with its length.
    /// </summary>
    protected override double Slack => 3136.0 / 256;

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
