using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>No signature over eight parameters, but for these.</summary>
public sealed class SignatureTests
{
    private static readonly string[] Known =
    [
        // The arguments of a kernel are views, each its own: ILGPU takes no struct of views in all places. Delegates repeat them.
        "Launch.Invoke", "Launch.BeginInvoke", "UpdateLaunch.Invoke", "UpdateLaunch.BeginInvoke", "NarrowDenseKernels.BackwardUpdateKernel",

        // Values in registers of an unrolled kernel.
        "Product4x4.Run", "Product8x8.Run", "WinogradKernels.PutWindow",

        // A convolution or a dense layer with all the places that its pass reads and writes, and what is fused with it; one caller each.
        "Conv2DKernels.BackwardWeights", "Conv2DKernels.PooledForward", "Conv2DMaxPoolWeightKernels.BackwardWeights", "DenseKernels.Forward",
        "GpuBackend.Conv2DForward", "GpuBackend.Conv2DMaxPoolForward", "WinogradKernels.Forward", "WinogradKernels.PooledForward",
    ];

    [Fact]
    public void No_method_has_more_than_eight_parameters() => Signatures.RequireFewParameters(typeof(GpuBackend).Assembly, Known);
}
