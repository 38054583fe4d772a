using ILGPU;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <summary>The devices of this machine, and the choice of one.</summary>
public static class GpuDevices
{
    /// <summary>The name that asks for the emulated device.</summary>
    public const string Emulated = "emulated";

    /// <summary>The devices, the best first: CUDA, then GPUs with OpenCL, then whatever else has OpenCL.</summary>
    public static IReadOnlyList<GpuDevice> List()
    {
        using Context context = Devices.DeviceContext.MakeContext(GpuPlatform.Cuda);
        return Devices.DeviceContext.Describe(context);
    }

    /// <summary>Finds the device that a user means.</summary>
    /// <param name="devices">What <see cref="List"/> gave.</param>
    /// <param name="choice">An index in the list, or a part of a name in any case; null for the first.</param>
    /// <exception cref="DeviceException">There is none, or more than one; the message lists those that there are.</exception>
    public static GpuDevice Choose(IReadOnlyList<GpuDevice> devices, string? choice)
    {
        if (devices.Count == 0)
        {
            throw new DeviceException(
                "There is no GPU that can be used: no CUDA driver and no OpenCL driver offers one. Install your GPU's driver, or train with --backend cpu.");
        }

        if (choice is null)
        {
            return devices[0];
        }

        if (int.TryParse(choice, out int index))
        {
            return index >= 0 && index < devices.Count
                ? devices[index]
                : throw new DeviceException($"There is no device {choice}. There are: {Names(devices)}.");
        }

        GpuDevice[] found = [.. devices.Where(device => device.ToString().Contains(choice, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new DeviceException($"No device is called \"{choice}\". There are: {Names(devices)}."),
            _ => throw new DeviceException($"\"{choice}\" is the name of several devices: {Names(found)}. Choose one by its number."),
        };
    }

    private static string Names(IEnumerable<GpuDevice> devices) => string.Join(", ", devices.Select(device => $"{device.Index} {device}"));
}
