using System.Runtime.Intrinsics;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The contract on the CPU backend, with convolutions by their definition: what Winograd rounds otherwise is held elsewhere. Three
/// threads share work unevenly, whatever its size.
/// </summary>
public abstract class CpuBackendTests(int threads, SimdWidth width) : BackendContract
{
    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => CpuBackend.Create(threads, width, ConvAlgorithm.Direct);
}

/// <summary>Portable vectors on one thread.</summary>
public sealed class CpuPortableTests() : CpuBackendTests(1, SimdWidth.Portable);

/// <summary>Portable vectors on three threads.</summary>
public sealed class CpuPortableThreadedTests() : CpuBackendTests(3, SimdWidth.Portable);

/// <summary>128-bit vectors on one thread.</summary>
public sealed class Cpu128Tests() : CpuBackendTests(1, SimdWidth.Bits128);

/// <summary>128-bit vectors on three threads.</summary>
public sealed class Cpu128ThreadedTests() : CpuBackendTests(3, SimdWidth.Bits128);

/// <summary>A browser's vectors on one thread, which is what a browser has.</summary>
public sealed class CpuWasmTests : BackendContract
{
    /// <inheritdoc/>
    protected override IBackend<float> CreateBackend() => new CpuBackend<SimdWasm, Vector128<float>>(1, ConvAlgorithm.Direct);
}

/// <summary>256-bit vectors on one thread.</summary>
public sealed class Cpu256Tests() : CpuBackendTests(1, SimdWidth.Bits256);

/// <summary>256-bit vectors on three threads.</summary>
public sealed class Cpu256ThreadedTests() : CpuBackendTests(3, SimdWidth.Bits256);

/// <summary>512-bit vectors on one thread.</summary>
public sealed class Cpu512Tests() : CpuBackendTests(1, SimdWidth.Bits512);

/// <summary>512-bit vectors on three threads.</summary>
public sealed class Cpu512ThreadedTests() : CpuBackendTests(3, SimdWidth.Bits512);
