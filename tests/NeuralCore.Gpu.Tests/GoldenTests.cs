using NeuralCore.Ops;
using NeuralCore.Tests.Golden;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>OpenCL against PyTorch.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClGoldenTests : OpGoldenTests
{
    /// <summary>Skips the tests where there is no device.</summary>
    public OpenClGoldenTests() => TestDevices.Require(TestDevices.OpenCl);

    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => TestDevices.Backend(TestDevices.OpenCl);
}

/// <summary>CUDA against PyTorch.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaGoldenTests : OpGoldenTests
{
    /// <summary>Skips the tests where there is no device.</summary>
    public CudaGoldenTests() => TestDevices.Require(TestDevices.Cuda);

    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => TestDevices.Backend(TestDevices.Cuda);
}
