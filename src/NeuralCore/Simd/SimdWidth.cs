namespace NeuralCore;

/// <summary>Which vectors the kernels use.</summary>
public enum SimdWidth
{
    /// <summary>The widest that this machine accelerates.</summary>
    Auto,

    /// <summary><see cref="System.Numerics.Vector{T}"/>, as wide as the runtime makes it.</summary>
    Portable,

    /// <summary>128 bits: SSE, NEON, WebAssembly.</summary>
    Bits128,

    /// <summary>256 bits: AVX2.</summary>
    Bits256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512,
}
