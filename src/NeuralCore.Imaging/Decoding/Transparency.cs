using NeuralCore.Imaging.Pixels;
using SkiaSharp;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Lays a picture with transparency on paper. Programs for drawing save what is not drawn on as transparent, and mostly as
/// transparent black: without paper, black ink would vanish in it.
/// </summary>
internal static class Transparency
{
    private const int White = 255;

    /// <summary>The darkest that ink may be to count as white: then it was drawn on black, and could not be seen on white.</summary>
    private const int NearlyWhite = 200;

    /// <summary>Lays a picture on white paper, or on black if all that can be seen of it is white, and turns it upright.</summary>
    /// <param name="rgba">The stored pixels; red, green, blue and opacity of each, not multiplied by the opacity.</param>
    /// <param name="width">Stored columns.</param>
    /// <param name="height">Stored rows.</param>
    /// <param name="origin">How the picture is stored.</param>
    public static ColourImage OnPaper(byte[] rgba, int width, int height, SKEncodedOrigin origin)
    {
        int paper = IsWhiteInk(rgba) ? 0 : White;
        (int uprightWidth, int uprightHeight) = Orientation.SwapsSides(origin) ? (height, width) : (width, height);
        (int start, int stepX, int stepY) = Orientation.Walk(origin, width, height);
        var pixels = new byte[uprightWidth * uprightHeight * ColourImage.Channels];
        int target = 0;
        for (int y = 0; y < uprightHeight; y++)
        {
            int source = (start + (y * stepY)) * 4;
            for (int x = 0; x < uprightWidth; x++, source += stepX * 4)
            {
                int opacity = rgba[source + 3];
                for (int c = 0; c < ColourImage.Channels; c++)
                {
                    int blend = (rgba[source + c] * opacity) + (paper * (White - opacity));
                    pixels[target++] = (byte)((blend + (White / 2)) / White);
                }
            }
        }

        return new ColourImage(uprightWidth, uprightHeight, pixels);
    }

    private static bool IsWhiteInk(byte[] rgba)
    {
        bool hasPaper = false;
        bool hasInk = false;
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int opacity = rgba[i + 3];
            int darkest = Math.Min(rgba[i], Math.Min(rgba[i + 1], rgba[i + 2]));
            if (opacity > White / 2 && darkest < NearlyWhite)
            {
                return false;
            }

            hasPaper |= opacity == 0;
            hasInk |= opacity > White / 2;
        }

        return hasPaper && hasInk;
    }
}
