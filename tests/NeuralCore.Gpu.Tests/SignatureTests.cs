using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>No signature over eight parameters, but for these.</summary>
public sealed class SignatureTests
{
    private static readonly string[] Known =
    [
        // To be cured: kernels with each view as a parameter, and the delegates that launch them; structs of views work, as UpdateViews.
        "Launch.Invoke", "Launch.BeginInvoke", "UpdateLaunch.Invoke", "UpdateLaunch.BeginInvoke", "NarrowDenseKernels.BackwardUpdateKernel",

        // Values that an unrolled kernel holds in registers, handed to an inlined part of it.
        "Product4x4.Run", "Product8x8.Run", "WinogradKernels.PutWindow",

        // To be cured: a convolution or a dense layer with each place that its pass reads and writes as a parameter, and what is fused with it.
        "Conv2DKernels.BackwardWeights", "Conv2DKernels.PooledForward", "Conv2DMaxPoolWeightKernels.BackwardWeights", "DenseKernels.Forward",
        "GpuBackend.Conv2DForward", "GpuBackend.Conv2DMaxPoolForward", "WinogradKernels.Forward", "WinogradKernels.PooledForward",
    ];

    [Fact]
    public void No_method_has_more_than_eight_parameters() => Signatures.RequireFewParameters(typeof(GpuBackend).Assembly, Known);
}
