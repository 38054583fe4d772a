using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>The grid of kernels that do one thing an element, one thread each.</summary>
internal static class Grid1D
{
    /// <summary>The threads of a group.</summary>
    public const int GroupSize = 256;

    /// <summary>Enough groups for <paramref name="count"/> elements, at least one.</summary>
    public static KernelConfig Of(int count) => new(Math.Max(1, (int)(((long)count + GroupSize - 1) / GroupSize)), GroupSize);

    /// <summary>The element of this thread; it may lie behind the last.</summary>
    public static int Index => (Grid.IdxX * GroupSize) + Group.IdxX;
}
