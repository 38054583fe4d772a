using ILGPU;
using NeuralCore.Ops;

namespace NeuralCore.Gpu;

/// <summary>The devices of this machine, and the choice of one.</summary>
public static class GpuDevices
{
    /// <summary>The name that asks for the emulated device.</summary>
    public const string Emulated = "emulated";

    /// <summary>The sentence for where there is none.</summary>
    public const string NoneFound = "No GPU was found through a CUDA or OpenCL driver; install its driver, or compute with --backend cpu.";

    /// <summary>Why there is none where users would expect one, as a sentence.</summary>
    /// <param name="devices">What <see cref="List"/> gave.</param>
    /// <returns>Null where there is a CUDA device, or another and no NVIDIA driver that refuses.</returns>
    public static string? Complaint(IReadOnlyList<GpuDevice> devices) =>
        devices.Any(device => device.Platform == GpuPlatform.Cuda) ? null
        : Devices.CudaDriver.Refusal() is { } refusal ? Devices.DeviceFailure.OfDriver(refusal, devices.Count > 0)
        : devices.Count == 0 ? NoneFound
        : null;

    /// <summary>The devices, the best first: CUDA, then GPUs with OpenCL, then whatever else has OpenCL.</summary>
    public static IReadOnlyList<GpuDevice> List()
    {
        using Context context = Devices.DeviceContext.MakeContext();
        return Devices.DeviceContext.Describe(context);
    }

    /// <summary>Finds the device that a user means.</summary>
    /// <param name="devices">What <see cref="List"/> gave.</param>
    /// <param name="choice">An index in the list, or a part of a name in any case; null for the first.</param>
    /// <exception cref="DeviceException">There is no device at all.</exception>
    /// <exception cref="ArgumentException">None is meant by the choice, or more than one; the message lists those that there are.</exception>
    public static GpuDevice Choose(IReadOnlyList<GpuDevice> devices, string? choice)
    {
        if (devices.Count == 0)
        {
            throw new DeviceException(NoneFound);
        }

        if (choice is null)
        {
            return devices[0];
        }

        if (int.TryParse(choice, out int index))
        {
            return index >= 0 && index < devices.Count
                ? devices[index]
                : throw new ArgumentException($"There is no device {choice}. There are: {Names(devices)}.");
        }

        GpuDevice[] found = [.. devices.Where(device => device.ToString().Contains(choice, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"No device is called '{choice}'. There are: {Names(devices)}."),
            _ => throw new ArgumentException($"'{choice}' is the name of several devices: {Names(found)}. Choose one by its number."),
        };
    }

    private static string Names(IEnumerable<GpuDevice> devices) => string.Join(", ", devices.Select(device => $"{device.Index} {device}"));
}
