using Xunit;

namespace NeuralCore.Tests.Architecture;

/// <summary>No signature over eight parameters, but for these.</summary>
public sealed class SignatureTests
{
    private static readonly string[] Known =
    [
        // Keras's arguments, which callers name.
        "Conv2D.new", "DepthwiseConv2D.new",

        // Values that an unrolled kernel holds in registers, handed to an inlined part of it.
        "NineTaps.Add", "Philox4x32.Blocks8", "Philox4x32.EightBlocks", "Winograd.PooledOutput", "Winograd.StoreLargest", "WinogradCpu.PooledRows",

        // To be cured: a convolution or a dense layer with each place that its pass reads and writes as a parameter, and what is fused with it.
        "BackwardJob.new", "ForwardJob.new", "GroupForwardJob.new",
        "Conv2DCpu.Forward", "Conv2DMaxPoolCpu.BackwardWeights", "Conv2DMaxPoolCpu.Forward", "ConvBlockCpu.Backward", "ConvBlockCpu.Forward",
        "DenseCpu.Forward",
        "IBackend.Conv2DForward", "CpuBackend.Conv2DForward", "ReferenceBackend.Conv2DForward",
        "IFusedConv2DMaxPool.Conv2DMaxPoolForward", "CpuBackend.Conv2DMaxPoolForward", "ReferenceBackend.Conv2DMaxPoolForward",
        "IFusedConvBlock.ConvBlockForward", "CpuBackend.ConvBlockForward", "ReferenceBackend.ConvBlockForward",
    ];

    [Fact]
    public void No_method_has_more_than_eight_parameters() => Signatures.RequireFewParameters(typeof(Model).Assembly, Known);
}
