using System.Runtime.CompilerServices;
using NeuralCore.Vision.Pixels;
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
    /// <param name="stored">The stored pixels.</param>
    /// <param name="origin">How the picture is stored.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ColourImage OnPaper(DecodedPixels stored, SKEncodedOrigin origin)
    {
        (byte[] rgba, int width, int height, int reduction) = stored;
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
                int paperShare = paper * (White - rgba[source + 3]);
                pixels[target] = Blend(rgba[source], rgba[source + 3], paperShare);
                pixels[target + 1] = Blend(rgba[source + 1], rgba[source + 3], paperShare);
                pixels[target + 2] = Blend(rgba[source + 2], rgba[source + 3], paperShare);
                target += ColourImage.Channels;
            }
        }

        return new ColourImage(uprightWidth, uprightHeight, pixels) { Reduction = reduction };
    }

    private static byte Blend(byte colour, byte opacity, int paperShare) => (byte)(((colour * opacity) + paperShare + (White / 2)) / White);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
