using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace NeuralCore.Gpu.Devices;

/// <summary>
/// NVIDIA's driver where it offers no device. ILGPU leaves out, without a word, what it cannot use, and the next device of the list may
/// be a processor: so a driver that is there and refuses is asked why.
/// </summary>
internal static unsafe class CudaDriver
{
    /// <summary>What cuInit answers where there is a driver and no GPU: that is no complaint.</summary>
    private const int NoDevice = 100;

    /// <summary>Why the driver offers no device, in a few words; null where there is no driver, or no GPU that it drives.</summary>
    public static string? Refusal()
    {
        if (!NativeLibraries.TryLoadCuda(out nint library))
        {
            return null;
        }

        try
        {
            return NativeLibrary.TryGetExport(library, "cuInit", out nint init) && ((delegate* unmanaged<uint, int>)init)(0) is var error and not 0
                ? OfError(error, Message(library, error))
                : OfDevices([.. CudaDevice.GetDevices(_ => true).Cast<CudaDevice>().Select(device => (device.Name.Trim(), $"{device.DriverVersion.Major}.{device.DriverVersion.Minor}"))]);
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    /// <summary>What an error of cuInit means for a user.</summary>
    public static string? OfError(int error, string? message) =>
        error == NoDevice ? null : message is null ? $"error {error}" : $"error {error}: {message}";

    /// <summary>What it means that the driver has these devices, each with the version of CUDA that the driver knows, and ILGPU takes none.</summary>
    public static string? OfDevices(IReadOnlyList<(string Name, string Version)> devices) =>
        devices.Count == 0 ? null : $"it supports CUDA {devices[0].Version}, which is too old for the {devices[0].Name}";

    private static string? Message(nint library, int error)
    {
        byte* message = null;
        return NativeLibrary.TryGetExport(library, "cuGetErrorString", out nint describe) && ((delegate* unmanaged<int, byte**, int>)describe)(error, &message) == 0
            ? Marshal.PtrToStringUTF8((nint)message)
            : null;
    }
}
