using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Devices;

/// <summary>What drivers complain of, as sentences for users.</summary>
internal static class DeviceFailure
{
    /// <summary>The device cannot be opened: mostly its driver is older than what the compiler writes for.</summary>
    public static DeviceException AtOpening(GpuDevice device, Exception error) =>
        new($"The device {device} cannot be used ({Reason(error)}); install a newer driver, or compute with --backend cpu.", error);

    /// <summary>NVIDIA's driver is there and offers no device.</summary>
    /// <param name="refusal">From <see cref="CudaDriver.Refusal"/>.</param>
    /// <param name="others">Whether there are other devices.</param>
    public static string OfDriver(string refusal, bool others) =>
        $"NVIDIA's driver on this machine offers no device ({refusal}); install a newer one{(others ? ", choose another device by --device" : string.Empty)}, or compute with --backend cpu.";

    /// <summary>The device has not so much memory left.</summary>
    public static DeviceException OfMemory(GpuDevice device, long bytes, Exception error) =>
        new($"The device {device} cannot allocate another {bytes / (1024.0 * 1024):n0} MB ({Reason(error)}); use a smaller --batch-size, or end other programs on it.", error);

    /// <summary>The device does not take a kernel. A driver's log is a buffer of which the rest is empty.</summary>
    public static DeviceException AtCompiling(GpuDevice device, string kernel, Exception error, string log) =>
        new($"The compiler of the device {device} rejects the kernel {kernel} ({string.Join(' ', $"{Reason(error)} {log}".Split([' ', '\t', '\r', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries))}); "
            + "install a newer driver, or compute with --backend cpu.", error);

    /// <summary>The device failed in the middle of its work, or is no longer there.</summary>
    public static DeviceException AtWork(GpuDevice device, AcceleratorException error) =>
        new($"The device {device} failed in the middle of its work ({Reason(error)}), and what it held is lost; files are as they were. "
            + "Try again, from a checkpoint if there is one, or with --backend cpu.", error);

    /// <summary>Gives something back to a device that may be lost: then there is nothing to give back, and why has been said already.</summary>
    public static void WhileDisposing(IDisposable resource)
    {
        try
        {
            resource.Dispose();
        }
        catch (AcceleratorException)
        {
            // The memory went with the device.
        }
    }

    private static string Reason(Exception error) => error switch
    {
        CLException openCl => $"{openCl.Error}",
        CudaException cuda => $"{cuda.Error}: {cuda.Message}",
        _ => error.Message.TrimEnd('.'),
    };
}
