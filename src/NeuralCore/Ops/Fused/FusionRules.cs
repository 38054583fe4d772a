namespace NeuralCore.Ops;

/// <summary>What the engine joins, in the order in which it is tried.</summary>
internal static class FusionRules
{
    /// <summary>All rules.</summary>
    public static IReadOnlyList<FusionRule> All { get; } =
    [
        new SoftmaxCrossEntropyRule(),
        new BatchNormFoldRule(),
        new BatchNormFoldReluRule(),
        new BatchNormReluRule(),
        new Conv2DReluRule(),
        new DepthwiseConv2DReluRule(),
        new DenseReluRule(),
        new Conv2DMaxPoolRule(),
        new ConvBlockRule(),
        new Conv2DMaxPoolDropoutRule(),
        new ConvBlockDropoutRule(),
    ];
}
