using System.Diagnostics;
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
        ForEachKernel((name, code, specialization) =>
        {
            Assert.True(code.Contains(".entry", StringComparison.Ordinal), $"{name} has no entry point.");
            Assert.Equal(specialization != KernelSpecialization.Empty, code.Contains(".minnctapersm", StringComparison.Ordinal));
            Assert.False(code.Contains(".local", StringComparison.Ordinal), $"{name} uses local memory.");
            Assert.False(code.Contains(".extern", StringComparison.Ordinal), $"{name} calls a function that is not in it.");
            Assert.False(code.Contains(".f64", StringComparison.Ordinal), $"{name} computes in double, which GPUs for training are slow at.");
            Assert.False(GenericAccess().IsMatch(code), $"{name} has a load or a store that does not say to which memory.");

            // What is loaded for many multiply-adds and used behind a branch is in registers at once: more than a thread has.
            Assert.All(Branch().Split(code).Where(block => block.Contains("ld.shared.v4", StringComparison.Ordinal)), block =>
                Assert.True(block.Contains("fma.rn.f32", StringComparison.Ordinal), $"{name} branches between the loads of a step and its multiply-adds."));

            // A product with a rounding of its own could not be fused with the sum behind it.
            Assert.False(code.Contains("mul.rn.f32", StringComparison.Ordinal), $"{name} keeps the driver from fusing its multiply-adds.");
        });
    }

    /// <summary>
    /// Runs where NVIDIA's assembler is to be had: as a part of the CUDA toolkit, which needs no device. What a thread has no register for
    /// goes to memory in every step of a product.
    /// </summary>
    [SkippableFact]
    public void No_kernel_has_more_values_than_registers()
    {
        string? assembler = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator).Select(directory => Path.Combine(directory, "ptxas")).FirstOrDefault(File.Exists);
        Skip.If(assembler is null, "There is no ptxas on the PATH.");
        string folder = Directory.CreateTempSubdirectory("neuralcore-ptx-").FullName;
        try
        {
            string file = Path.Combine(folder, "kernel.ptx");
            ForEachKernel((name, code, _) =>
            {
                // Nothing in it is newer than the first assembler that knew the device.
                File.WriteAllText(file, Version().Replace(code, $".version 7.8{Environment.NewLine}.target sm_90"));
                using Process process = Process.Start(
                    new ProcessStartInfo(assembler, ["-arch=sm_90", "-v", file, "-o", Path.Combine(folder, "kernel.cubin")]) { RedirectStandardError = true })!;
                string report = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, $"{name}: {report}");
                Assert.True(report.Contains("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", StringComparison.Ordinal), $"{name}: {report}");
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Compiles all kernels that can be launched and looks at each.</summary>
    private static void ForEachKernel(Action<string, string, KernelSpecialization> look)
    {
        // A backend names its kernels when it is made, on whatever device; the context's settings are those for CUDA too.
        using DeviceContext device = DeviceContext.Open(GpuDevices.Emulated);
        using var backend = new GpuBackend(device, ownsDevice: false);
        using Context context = DeviceContext.MakeContext(emulated: true);
        using var compiler = new PTXBackend(context, new CudaCapabilityContext(Hopper), Hopper, CudaInstructionSet.ISA_84, null);
        Assert.True(device.Kernels.Kernels.Count >= 20, "The kernels were not found.");
        Assert.All(device.Kernels.Kernels, kernel =>
            look($"{kernel.Key.DeclaringType!.Name}.{kernel.Key}", Compile(compiler, kernel.Key, kernel.Value), kernel.Value));
    }

    private static string Compile(PTXBackend compiler, MethodInfo kernel, KernelSpecialization residency) =>
        ((PTXCompiledKernel)compiler.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), residency)).PTXAssembly;

    [GeneratedRegex(@"\.version \S+\s+\.target \S+")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\s*(?:L_\w+:|.*\bbra\b.*)$", RegexOptions.Multiline)]
    private static partial Regex Branch();

    [GeneratedRegex(@"\b(ld|st)\.(v[24]\.)?[bfsu](8|16|32|64)\b")]
    private static partial Regex GenericAccess();
}
