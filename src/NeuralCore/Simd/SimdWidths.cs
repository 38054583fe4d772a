using System.Runtime.Intrinsics;

namespace NeuralCore.Simd;

/// <summary>The vector widths that this machine accelerates.</summary>
internal static class SimdWidths
{
    /// <summary>All of them, widest first, the portable one last: it runs everywhere.</summary>
    public static IReadOnlyList<SimdWidth> Supported { get; } =
    [
        .. Vector512.IsHardwareAccelerated ? [SimdWidth.Bits512] : Array.Empty<SimdWidth>(),
        .. Vector256.IsHardwareAccelerated ? [SimdWidth.Bits256] : Array.Empty<SimdWidth>(),
        .. Vector128.IsHardwareAccelerated ? [SimdWidth.Bits128] : Array.Empty<SimdWidth>(),
        SimdWidth.Portable,
    ];

    /// <summary>The width that <see cref="SimdWidth.Auto"/> stands for, the widest, and every other as it is.</summary>
    public static SimdWidth Resolve(SimdWidth simd) => simd == SimdWidth.Auto ? Supported[0] : simd;
}
