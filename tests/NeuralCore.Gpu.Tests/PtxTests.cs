using System.Text.RegularExpressions;
using ILGPU.Runtime;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>
/// What CUDA devices would be given, looked at without one. A kernel that keeps an array of its own has it in the slowest memory, which
/// shows as .local; one that calls what no driver has shows as .extern, and would only fail where it is loaded.
/// </summary>
public sealed partial class PtxTests
{
    [Fact]
    public void Every_kernel_that_can_be_launched_compiles_for_sm_90_to_what_a_gpu_is_fast_at()
    {
        IReadOnlyList<PtxKernel> kernels = PtxKernels.CompileAll();
        Assert.True(kernels.Count >= 20, "The kernels were not found.");
        Assert.All(kernels, kernel =>
        {
            (string name, string code, KernelSpecialization residency) = kernel;
            Assert.True(code.Contains(".entry", StringComparison.Ordinal), $"{name} has no entry point.");
            Assert.Equal(residency != KernelSpecialization.Empty, code.Contains(".minnctapersm", StringComparison.Ordinal));
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

    /// <summary>What a thread has no register for goes to memory in every step of a product.</summary>
    [SkippableFact]
    public void No_kernel_has_more_values_than_registers()
    {
        PtxAssembler? assembler = PtxAssembler.Find();
        Skip.If(assembler is null, "There is no ptxas on the PATH.");
        Assert.All(PtxKernels.CompileAll(), kernel =>
        {
            int spilled = assembler.Assemble(kernel.Code, "sm_90").SpilledBytes;
            Assert.True(spilled == 0, $"{kernel.Name} keeps {spilled} bytes in memory.");
        });
    }

    [GeneratedRegex(@"^\s*(?:L_\w+:|.*\bbra\b.*)$", RegexOptions.Multiline)]
    private static partial Regex Branch();

    [GeneratedRegex(@"\b(ld|st)\.(v[24]\.)?[bfsu](8|16|32|64)\b")]
    private static partial Regex GenericAccess();
}
