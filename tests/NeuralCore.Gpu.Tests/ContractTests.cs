using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>The contract with OpenCL: PoCL compiles kernels for the processor. Convolutions go by their definition; <see cref="WinogradTests"/> holds the other way.</summary>
[Collection(TestDevices.OpenCl)]
public sealed class OpenClContractTests : BackendContract
{
    /// <summary>Skips the tests where there is no device.</summary>
    public OpenClContractTests() => TestDevices.Require(TestDevices.OpenCl);

    /// <inheritdoc/>
    protected override double Share => 0.2;

    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => TestDevices.Backend(TestDevices.OpenCl, ConvAlgorithm.Direct);
}

/// <summary>The contract with CUDA, likewise.</summary>
[Collection(TestDevices.Cuda)]
public sealed class CudaContractTests : BackendContract
{
    /// <summary>Skips the tests where there is no device.</summary>
    public CudaContractTests() => TestDevices.Require(TestDevices.Cuda);

    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => TestDevices.Backend(TestDevices.Cuda, ConvAlgorithm.Direct);
}
