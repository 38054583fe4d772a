using SkiaSharp;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Turns stored pixels upright. A camera stores what its sensor sees and notes how it was held, as EXIF's orientation 1 to 8.
/// </summary>
internal static class Orientation
{
    /// <summary>Whether upright width and height are the stored height and width.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin
        is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>How the stored pixels are walked through for the upright picture.</summary>
    /// <param name="origin">Which corner of the upright picture the first stored pixel is: its row's side and its column's.</param>
    /// <param name="width">Stored columns.</param>
    /// <param name="height">Stored rows.</param>
    /// <returns>The stored pixel that comes first, and what to add for the next upright column and row, counted in pixels.</returns>
    public static (int Start, int StepX, int StepY) Walk(SKEncodedOrigin origin, int width, int height)
    {
        (int right, int bottom) = (width - 1, (height - 1) * width);
        return origin switch
        {
            SKEncodedOrigin.TopRight => (right, -1, width),
            SKEncodedOrigin.BottomRight => (bottom + right, -1, -width),
            SKEncodedOrigin.BottomLeft => (bottom, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (bottom, -width, 1),
            SKEncodedOrigin.RightBottom => (bottom + right, -width, -1),
            SKEncodedOrigin.LeftBottom => (right, width, -1),
            _ => (0, 1, width),
        };
    }
}
