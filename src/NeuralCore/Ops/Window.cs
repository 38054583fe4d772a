namespace NeuralCore;

/// <summary>How a window is laid over an image's border.</summary>
public enum Padding
{
    /// <summary>No padding: only windows that lie inside the image.</summary>
    Valid,

    /// <summary>As much padding as gives ceil(extent / stride) windows.</summary>
    Same,
}

/// <summary>The arithmetic of sliding windows.</summary>
internal static class Window
{
    /// <summary>The padding before and after one axis that gives ceil(extent / stride) windows.</summary>
    public static (int Before, int After) SamePadding(int extent, int window, int stride)
    {
        int windows = ((extent - 1) / stride) + 1;
        int total = Math.Max(((windows - 1) * stride) + window - extent, 0);
        return (total / 2, total - (total / 2));
    }
}
