namespace NeuralCore.Ops;

/// <summary>What the forward pass of a pooled convolution writes.</summary>
/// <param name="Values">y.</param>
/// <param name="Winners">One byte an output, for a backward pass; null if none follows.</param>
/// <param name="Dropout">What is dropped of y; null without a dropout.</param>
internal readonly record struct PooledResult(Slot Values, Slot? Winners, DropoutMask? Dropout = null);

/// <summary><see cref="PooledResult"/> in memory.</summary>
internal readonly unsafe struct CpuPooledResult(float* values, byte* winners, DropoutMask? dropout)
{
    /// <summary>y.</summary>
    public readonly float* Values = values;

    /// <summary>One byte an output; null if no backward pass follows.</summary>
    public readonly byte* Winners = winners;

    /// <summary>What is dropped of y.</summary>
    public readonly DropoutMask? Dropout = dropout;
}

/// <summary>dy of a pooled convolution in memory, and which pixel of each window it belongs to.</summary>
internal readonly unsafe struct CpuPooledGradient(CpuGradient dOutput, byte* winners)
{
    /// <summary>dy and, behind a ReLU, y.</summary>
    public readonly CpuGradient DOutput = dOutput;

    /// <summary>One byte an output.</summary>
    public readonly byte* Winners = winners;
}
