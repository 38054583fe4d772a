using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Gpu.Tests;

/// <summary>No signature over eight parameters, but for these.</summary>
public sealed class SignatureTests
{
    private static readonly string[] Known =
    [
        // Kernels with each view as a parameter, and the delegates that launch them. Views in a struct work, as UpdateViews on the host's side, but
        // whether a CUDA device reads them as fast has not been measured.
        "Launch.Invoke", "Launch.BeginInvoke", "UpdateLaunch.Invoke", "UpdateLaunch.BeginInvoke", "NarrowDenseKernels.BackwardUpdateKernel",

        // Values that an unrolled kernel holds in registers, handed to an inlined part of it.
        "Product4x4.Run", "Product8x8.Run", "WinogradKernels.PutWindow",
    ];

    [Fact]
    public void No_method_has_more_than_eight_parameters() => Signatures.RequireFewParameters(typeof(GpuBackend).Assembly, Known);
}
