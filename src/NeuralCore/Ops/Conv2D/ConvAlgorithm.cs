namespace NeuralCore.Ops;

/// <summary>How the CPU backend computes convolutions forward.</summary>
public enum ConvAlgorithm
{
    /// <summary>Each convolution in the way that is measured to be faster.</summary>
    Auto,

    /// <summary>By the definition.</summary>
    Direct,

    /// <summary>By Winograd's minimal filtering wherever the shape allows it: 3x3, no strides, channels and filters multiples of 16.</summary>
    Winograd,
}
