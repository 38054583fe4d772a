using System.Diagnostics.CodeAnalysis;
using NeuralCore.Gpu;
using NeuralCore.Ops;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// The only place that names the GPU backend. The runtime loads an assembly when it first compiles a method that needs it, so a run that does
/// not compute on a GPU reads none of it.
/// </summary>
internal static class GpuChoice
{
    private const string Missing =
        "This program was published without GPU support, because ILGPU generates code at run time; compute with --backend cpu, or use the dotnet tool.";

    /// <summary>Whether the GPU backend is in this program. It is left out of trimmed and natively compiled ones: see the project file.</summary>
    [FeatureSwitchDefinition("NeuralCore.Trainer.HasGpu")]
    private static bool IsIncluded => !AppContext.TryGetSwitch("NeuralCore.Trainer.HasGpu", out bool isOn) || isOn;

    /// <summary>Opens a device.</summary>
    /// <param name="choice">Its number or a part of its name; null for the best.</param>
    /// <param name="conv">How convolutions are computed forward.</param>
    public static IBackend<float> Create(string? choice, ConvAlgorithm conv)
    {
        if (!IsIncluded)
        {
            throw new RunException(ExitCode.Usage, Missing);
        }

        try
        {
            return GpuBackend.Create(choice, conv);
        }
        catch (ArgumentException unknown)
        {
            throw new RunException(ExitCode.Usage, $"{unknown.Message.TrimEnd('.')}; '--device {DeviceOption.List}' shows them.");
        }
    }

    /// <summary>A line for each device: its number, its name, its memory; and one on the GPU that is not among them, if a driver refuses it.</summary>
    public static IReadOnlyList<string> Describe()
    {
        if (!IsIncluded)
        {
            return [Missing];
        }

        IReadOnlyList<GpuDevice> devices = GpuDevices.List();
        IEnumerable<string> lines = devices.Select(device => $"{device.Index}  {device}, {device.MemoryBytes / (1024.0 * 1024 * 1024):0.0} GB");
        return GpuDevices.Complaint(devices) is { } sentence ? [.. lines, sentence] : [.. lines];
    }
}
