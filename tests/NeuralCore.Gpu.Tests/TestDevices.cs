using ILGPU.Runtime.OpenCL;
using NeuralCore.Gpu.Devices;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// The devices that tests run on, each opened once and shared, since opening one and compiling for it takes seconds. Tests that share one belong to
/// the collection of its name: a device is used from one thread at a time.
/// </summary>
internal static class TestDevices
{
    public const string OpenCl = "OpenCL";

    public const string Emulated = "Emulated";

    public const string Cuda = "CUDA";

    private static readonly Lazy<DeviceContext?> OpenClDevice = new(() => TryOpen(GpuPlatform.OpenCl));

    private static readonly Lazy<DeviceContext?> CudaDevice = new(() => TryOpen(GpuPlatform.Cuda));

    private static readonly Lazy<DeviceContext> EmulatedDevice = new(() => DeviceContext.Open(GpuDevices.Emulated));

    /// <summary>A new backend on a tier's device.</summary>
    public static GpuBackend Backend(string tier, ConvAlgorithm conv = ConvAlgorithm.Auto) => new(Require(tier), ownsDevice: false, conv: conv);

    /// <summary>A tier's device; where there is none the test is skipped, with what would bring one.</summary>
    public static DeviceContext Require(string tier)
    {
        DeviceContext? device = tier switch
        {
            OpenCl => OpenClDevice.Value,
            Cuda => CudaDevice.Value,
            _ => EmulatedDevice.Value,
        };
        Skip.If(device is null, tier == Cuda
            ? "There is no CUDA device here."
            : "There is no OpenCL driver here. On Debian and Ubuntu, apt-get install pocl-opencl-icd ocl-icd-libopencl1 brings one that computes on the processor.");
        return device!;
    }

    private static DeviceContext? TryOpen(GpuPlatform platform) =>
        GpuDevices.List().FirstOrDefault(device => device.Platform == platform) is { } device ? DeviceContext.Open($"{device.Index}") : null;
}
