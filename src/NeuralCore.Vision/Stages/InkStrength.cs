using System.Runtime.CompilerServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// How much ink lies on each pixel: its distance in colour from the paper under it, as a share of the paper's brightness. The
/// share is the same in shadow and in light, since both are dimmed alike; and the distance is in colour because yellow ink is
/// as bright as white paper, and differs from it in blue alone.
/// </summary>
public static class InkStrength
{
    private const float White = 255;

    /// <summary>Paper is taken to be at least this bright, of 255: in the black of a photo every grain would be ink.</summary>
    private const int DarkestPaper = 40;

    /// <summary>The widest stroke that is seen as ink and not as paper, as a share of the picture's longer side.</summary>
    private const double WidestStroke = 0.25;

    /// <summary>What one level of contrast comes to on paper of each brightness.</summary>
    private static readonly float[] PerLevel = [.. Enumerable.Range(0, 256).Select(light => 1f / Math.Max(light, DarkestPaper))];

    /// <summary>Finds the paper's colour under each pixel, the ink too: <see cref="Extremes.Close"/> lifts dark strokes away.</summary>
    /// <param name="channels">Red, green and blue of dark ink on light paper.</param>
    public static BytePlane[] Paper(BytePlane[] channels)
    {
        int radius = (int)Math.Ceiling(Math.Max(channels[0].Width, channels[0].Height) * WidestStroke / 2);
        return Array.ConvertAll(channels, channel => Extremes.Close(channel, radius));
    }

    /// <summary>Measures the ink, from 0 (none) to 255 (black on white).</summary>
    /// <param name="channels">Red, green and blue of dark ink on light paper.</param>
    /// <param name="paper">The paper's red, green and blue: nowhere darker.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static GrayImage Measure(BytePlane[] channels, BytePlane[] paper)
    {
        var ink = new GrayImage(channels[0].Width, channels[0].Height);
        (byte[] r, byte[] g, byte[] b) = (channels[0].Pixels, channels[1].Pixels, channels[2].Pixels);
        (byte[] paperR, byte[] paperG, byte[] paperB) = (paper[0].Pixels, paper[1].Pixels, paper[2].Pixels);
        for (int i = 0; i < ink.Pixels.Length; i++)
        {
            float red = (paperR[i] - r[i]) * PerLevel[paperR[i]], green = (paperG[i] - g[i]) * PerLevel[paperG[i]], blue = (paperB[i] - b[i]) * PerLevel[paperB[i]];
            ink.Pixels[i] = White * MathF.Sqrt(((red * red) + (green * green) + (blue * blue)) / 3);
        }

        return ink;
    }
}
