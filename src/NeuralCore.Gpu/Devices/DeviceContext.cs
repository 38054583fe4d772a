using System.Reflection;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Gpu.Devices;

/// <summary>An open device: the context that it lives in, its accelerator, and the one stream on which everything runs in order.</summary>
internal sealed class DeviceContext : IDisposable
{
    /// <summary>The threads of a group that the emulated device can run: as many as the kernels' largest group has.</summary>
    private const int EmulatedGroupThreads = 256;

    private readonly Context _context;

    private DeviceContext(Context context, GpuDevice device, Accelerator accelerator)
    {
        (_context, Device, Accelerator) = (context, device, accelerator);
        Stream = accelerator.DefaultStream;
        Kernels = new KernelLoader(device, accelerator);
    }

    /// <summary>Which device it is.</summary>
    public GpuDevice Device { get; }

    /// <summary>ILGPU's handle of it.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Where copies and kernels are queued.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>What compiles and launches its kernels.</summary>
    public KernelLoader Kernels { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="choice">As for <see cref="GpuDevices.Choose"/>, or <see cref="GpuDevices.Emulated"/>.</param>
    /// <exception cref="DeviceException">There is no device, or its driver refuses.</exception>
    /// <exception cref="ArgumentException">There are devices, and none is meant by the choice, or more than one.</exception>
    public static DeviceContext Open(string? choice)
    {
        bool emulated = choice == GpuDevices.Emulated;
        GpuDevice device = emulated ? new GpuDevice(0, GpuPlatform.Emulated, Environment.MachineName, 0) : Choose(choice);
        Context context = MakeContext(emulated);
        try
        {
            return new DeviceContext(context, device, (emulated ? context.Devices[0] : Sorted(context)[device.Index]).CreateAccelerator(context));
        }
        catch (Exception error) when (error is AcceleratorException or NotSupportedException)
        {
            context.Dispose();
            throw DeviceFailure.AtOpening(device, error);
        }
    }

    /// <summary>A context with all devices, or with the emulated one alone.</summary>
    public static Context MakeContext(bool emulated = false)
    {
        NativeLibraries.Register();

        // At O1 ILGPU does not work out which pointers are to global and which to shared memory: loads are slower for it, and few OpenCL drivers
        // take it. What O1 leaves to the driver's compiler and O2 does not, the unrolling of loops, the kernels that need it have by hand.
        return Context.Create(builder =>
        {
            Context.Builder common = builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
            FusedMultiplyAdd.Register(common);
            _ = emulated
                ? common.CPU(new CPUDevice(4, EmulatedGroupThreads / 4, 1))
                : common.Cuda().OpenCL(Accept);
        });
    }

    /// <summary>The devices of a context as users see them.</summary>
    public static IReadOnlyList<GpuDevice> Describe(Context context) =>
        [.. Sorted(context).Select((device, index) => new GpuDevice(index, PlatformOf(device), device.Name.Trim(), device.MemorySize))];

    /// <inheritdoc/>
    public void Dispose()
    {
        DeviceFailure.WhileDisposing(Accelerator);
        DeviceFailure.WhileDisposing(_context);
    }

    /// <summary>The device that is meant. Who names none gets no slow one in the place of a GPU whose driver refuses, and where there is none at
    /// all, a driver that refuses is why.</summary>
    private static GpuDevice Choose(string? choice)
    {
        IReadOnlyList<GpuDevice> devices = GpuDevices.List();
        return (choice is null || devices.Count == 0) && GpuDevices.Complaint(devices) is { } sentence
            ? throw new DeviceException(sentence)
            : GpuDevices.Choose(devices, choice);
    }

    /// <summary>
    /// The best first. A device that has CUDA is not offered once more by way of OpenCL, and the emulated one, which ILGPU takes where there is no
    /// other, is not offered at all.
    /// </summary>
    private static Device[] Sorted(Context context) =>
    [
        .. context.Devices
            .Where(device => device is CudaDevice or CLDevice)
            .Where(device => device is not CLDevice || !context.Devices.Any(other => other is CudaDevice && other.Name == device.Name))
            .OrderBy(device => device switch { CudaDevice => 0, CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU } => 1, _ => 2 }),
    ];

    private static GpuPlatform PlatformOf(Device device) => device switch
    {
        CudaDevice => GpuPlatform.Cuda,
        CLDevice => GpuPlatform.OpenCl,
        _ => GpuPlatform.Emulated,
    };

    /// <summary>
    /// Takes every OpenCL device. ILGPU asks for a generic address space, which some drivers have and do not report (PoCL 3 is one) and the
    /// kernels here do not need: their pointers are to global or to shared memory, and say so. ILGPU has no switch for that.
    /// </summary>
    private static bool Accept(CLDevice device)
    {
        typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace), BindingFlags.Public | BindingFlags.Instance)
            ?.GetSetMethod(nonPublic: true)?.Invoke(device.Capabilities, [true]);
        return true;
    }
}
