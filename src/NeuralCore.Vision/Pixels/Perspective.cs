using System.Runtime.CompilerServices;

namespace NeuralCore.Vision.Pixels;

/// <summary>Looks straight at what a photo shows from the side.</summary>
public static class Perspective
{
    /// <summary>Takes a quadrilateral out of a picture as a rectangle. Each new pixel lies between four old ones and is interpolated.</summary>
    /// <param name="picture">The picture; where the new one has fewer pixels a side than half of the old, make this smaller first.</param>
    /// <param name="map">From the new picture's places to this one's; see <see cref="Homography.FromRectangle"/>.</param>
    /// <param name="width">The new number of columns.</param>
    /// <param name="height">The new number of rows.</param>
    public static ColourImage Rectify(ColourImage picture, Homography map, int width, int height)
    {
        var pixels = new byte[width * height * ColourImage.Channels];
        Sample(picture, map, pixels, width, height);
        return new ColourImage(width, height, pixels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sample(ColourImage picture, Homography map, byte[] pixels, int width, int height)
    {
        (byte[] source, int stride) = (picture.Pixels, picture.Width * ColourImage.Channels);
        (int lastX, int lastY) = (Math.Max(picture.Width - 2, 0), Math.Max(picture.Height - 2, 0));
        (int right, int down) = (picture.Width > 1 ? ColourImage.Channels : 0, picture.Height > 1 ? stride : 0);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Point at = map.Map(new Point(x + 0.5, y + 0.5));
                double fromX = Math.Clamp(at.X - 0.5, 0, picture.Width - 1), fromY = Math.Clamp(at.Y - 0.5, 0, picture.Height - 1);
                int column = Math.Min((int)fromX, lastX), row = Math.Min((int)fromY, lastY);
                float partX = (float)(fromX - column), partY = (float)(fromY - row);
                int corner = (row * stride) + (column * ColourImage.Channels), target = ((y * width) + x) * ColourImage.Channels;
                for (int c = 0; c < ColourImage.Channels; c++)
                {
                    int i = corner + c;
                    float above = source[i] + (partX * (source[i + right] - source[i]));
                    float below = source[i + down] + (partX * (source[i + down + right] - source[i + down]));
                    pixels[target + c] = (byte)(above + (partY * (below - above)) + 0.5f);
                }
            }
        }
    }
}
