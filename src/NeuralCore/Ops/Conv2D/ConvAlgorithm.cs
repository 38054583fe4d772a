using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>How processors and GPUs compute convolutions forward, and processors their gradients, too.</summary>
public enum ConvAlgorithm
{
    /// <summary>The choice of this program: <see cref="Winograd"/>, which at 26x26x32 to 24x24x64 takes half the time of <see cref="Direct"/>.</summary>
    Auto,

    /// <summary>By the definition.</summary>
    Direct,

    /// <summary>By Winograd's minimal filtering wherever the shape allows it: 3x3, no strides and no dilation, channels and filters multiples of 16.</summary>
    Winograd,
}
