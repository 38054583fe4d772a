using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NeuralCore.Gpu.Devices;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// What CUDA devices would be given, looked at without one. A kernel that keeps an array of its own has it in the slowest memory, which
/// shows as .local; one that calls what no driver has shows as .extern, and would only fail where it is loaded.
/// </summary>
public sealed partial class PtxTests
{
    private static readonly CudaArchitecture Hopper = CudaArchitecture.SM_90;

    [Fact]
    public void Every_kernel_that_can_be_launched_compiles_for_sm_90_to_what_a_gpu_is_fast_at()
    {
        // A backend names its kernels when it is made, on whatever device; the context's settings are those for CUDA too.
        using DeviceContext device = DeviceContext.Open(GpuDevices.Emulated);
        using var backend = new GpuBackend(device, ownsDevice: false);
        using Context context = DeviceContext.MakeContext(emulated: true);
        using var compiler = new PTXBackend(context, new CudaCapabilityContext(Hopper), Hopper, CudaInstructionSet.ISA_84, null);
        Assert.True(device.Kernels.Kernels.Count >= 20, "The kernels were not found.");
        Assert.All(device.Kernels.Kernels, kernel =>
        {
            string name = $"{kernel.Key.DeclaringType!.Name}.{kernel.Key}";
            string code = Compile(compiler, kernel.Key, kernel.Value);
            Assert.True(code.Contains(".entry", StringComparison.Ordinal), $"{name} has no entry point.");
            Assert.Equal(kernel.Value != KernelSpecialization.Empty, code.Contains(".minnctapersm", StringComparison.Ordinal));
            Assert.False(code.Contains(".local", StringComparison.Ordinal), $"{name} uses local memory.");
            Assert.False(code.Contains(".extern", StringComparison.Ordinal), $"{name} calls a function that is not in it.");
            Assert.False(code.Contains(".f64", StringComparison.Ordinal), $"{name} computes in double, which GPUs for training are slow at.");
            Assert.False(GenericAccess().IsMatch(code), $"{name} has a load or a store that does not say to which memory.");

            // What is loaded for many multiply-adds and used behind a branch is in registers at once: more than a thread has.
            Assert.All(Branch().Split(code).Where(block => block.Contains("ld.shared.v4", StringComparison.Ordinal)), block =>
                Assert.True(block.Contains("mul.f32", StringComparison.Ordinal), $"{name} branches between the loads of a step and its multiply-adds."));

            // A product with a rounding of its own could not be fused with the sum behind it.
            Assert.False(code.Contains("mul.rn.f32", StringComparison.Ordinal), $"{name} keeps the driver from fusing its multiply-adds.");
        });
    }

    private static string Compile(PTXBackend compiler, MethodInfo kernel, KernelSpecialization residency) =>
        ((PTXCompiledKernel)compiler.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), residency)).PTXAssembly;

    [GeneratedRegex(@"^\s*(?:L_\w+:|.*\bbra\b.*)$", RegexOptions.Multiline)]
    private static partial Regex Branch();

    [GeneratedRegex(@"\b(ld|st)\.(v[24]\.)?[bfsu](8|16|32|64)\b")]
    private static partial Regex GenericAccess();
}
