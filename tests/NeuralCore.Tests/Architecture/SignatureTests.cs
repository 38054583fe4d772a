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
    ];

    [Fact]
    public void No_method_has_more_than_eight_parameters() => Signatures.RequireFewParameters(typeof(Model).Assembly, Known);
}
