using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NeuralCore.Gpu.Devices;

namespace NeuralCore.Gpu.Tests;

/// <summary>A kernel as CUDA devices are given it.</summary>
/// <param name="Name">Its class, its name and its type arguments.</param>
/// <param name="Code">PTX.</param>
/// <param name="Residency">The registers that it is compiled for.</param>
internal sealed record PtxKernel(string Name, string Code, KernelSpecialization Residency);

/// <summary>All kernels that the backend can launch, compiled for CUDA without a device.</summary>
internal static class PtxKernels
{
    private static readonly CudaArchitecture Hopper = CudaArchitecture.SM_90;

    /// <summary>Compiles them.</summary>
    public static IReadOnlyList<PtxKernel> CompileAll()
    {
        // A backend names its kernels when it is made, on whatever device; the context's settings are those for CUDA too.
        using DeviceContext device = DeviceContext.Open(GpuDevices.Emulated);
        using var backend = new GpuBackend(device, ownsDevice: false);
        using Context context = DeviceContext.MakeContext(emulated: true);
        using var compiler = new PTXBackend(context, new CudaCapabilityContext(Hopper), Hopper, CudaInstructionSet.ISA_84, null);
        return
        [
            .. device.Kernels.Kernels.Select(kernel =>
                new PtxKernel(NameOf(kernel.Key), Compile(compiler, kernel.Key, kernel.Value), kernel.Value)),
        ];
    }

    private static string NameOf(MethodInfo kernel) =>
        $"{kernel.DeclaringType!.Name}.{kernel.Name}{(kernel.IsGenericMethod ? $"[{string.Join(", ", kernel.GetGenericArguments().Select(NameOf))}]" : string.Empty)}";

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : type.Name;

    private static string Compile(PTXBackend compiler, MethodInfo kernel, KernelSpecialization residency) =>
        ((PTXCompiledKernel)compiler.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), residency)).PTXAssembly;
}
