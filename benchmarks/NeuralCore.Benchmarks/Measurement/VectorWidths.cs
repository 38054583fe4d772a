using System.Runtime.Intrinsics;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Measurement;

/// <summary>The vector widths that this machine accelerates.</summary>
internal static class VectorWidths
{
    /// <summary>All of them, widest first, the portable one last: it runs everywhere.</summary>
    public static IReadOnlyList<SimdWidth> Supported { get; } =
    [
        .. Vector512.IsHardwareAccelerated ? [SimdWidth.Bits512] : Array.Empty<SimdWidth>(),
        .. Vector256.IsHardwareAccelerated ? [SimdWidth.Bits256] : Array.Empty<SimdWidth>(),
        .. Vector128.IsHardwareAccelerated ? [SimdWidth.Bits128] : Array.Empty<SimdWidth>(),
        SimdWidth.Portable,
    ];

    /// <summary>The width that <see cref="SimdWidth.Auto"/> stands for, and every other as it is.</summary>
    public static SimdWidth Resolve(SimdWidth simd) => simd == SimdWidth.Auto ? CpuBackend.Widest : simd;
}
