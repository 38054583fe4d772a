using System.Runtime.CompilerServices;

namespace NeuralCore.Imaging.Pixels;

/// <summary>
/// The brightest and darkest pixel of the square around each pixel, and what is made of them. A square's extreme is that of its
/// columns' extremes, so rows and columns are done one after the other; and each takes three comparisons a pixel at any radius
/// (van Herk, "A fast algorithm for local minimum and maximum filters", 1992).
/// </summary>
public static class Extremes
{
    /// <summary>
    /// The closing: the brightest of each square, then the darkest of those. Dark strokes narrower than the square vanish; edges of
    /// larger areas stay where they are, as those of a shadow.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="radius">The square's side is 2 radius + 1 pixels.</param>
    public static GrayImage Close(GrayImage image, int radius)
    {
        GrayImage brightest = Brightest(image, radius);
        GrayImage darkest = Brightest(Negative(brightest), radius);
        return Negative(darkest);
    }

    /// <summary>The brightest pixel of the square of side 2 radius + 1 around each pixel, cut at the picture's edges.</summary>
    public static GrayImage Brightest(GrayImage image, int radius) => OfRows(OfRows(image, radius).Transposed(), radius).Transposed();

    private static GrayImage Negative(GrayImage image) => new(image.Width, image.Height, Array.ConvertAll(image.Pixels, value => -value));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static GrayImage OfRows(GrayImage image, int radius)
    {
        // Blocks as long as the window: a window is the end of one block and the beginning of the next.
        int window = (2 * radius) + 1;
        int padded = image.Width + (2 * radius);
        var row = new float[padded];
        var fromLeft = new float[padded];
        var fromRight = new float[padded];
        Array.Fill(row, float.NegativeInfinity);
        var result = new GrayImage(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(y * image.Width, image.Width).CopyTo(row.AsSpan(radius));
            for (int block = 0; block < padded; block += window)
            {
                int end = Math.Min(block + window, padded);
                float most = float.NegativeInfinity;
                for (int i = block; i < end; i++)
                {
                    fromLeft[i] = most = Math.Max(most, row[i]);
                }

                most = float.NegativeInfinity;
                for (int i = end - 1; i >= block; i--)
                {
                    fromRight[i] = most = Math.Max(most, row[i]);
                }
            }

            for (int x = 0; x < image.Width; x++)
            {
                result.Pixels[(y * image.Width) + x] = Math.Max(fromRight[x], fromLeft[x + window - 1]);
            }
        }

        return result;
    }
}
