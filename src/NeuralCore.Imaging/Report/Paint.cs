using NeuralCore.Data;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Report;

/// <summary>Turns numbers into small pictures.</summary>
internal static class Paint
{
    /// <summary>The ink under a saliency map is only there to see where the map lies.</summary>
    private const double Ghost = 0.3;

    /// <summary>Under a map that is spread over whole regions it has to be stronger to be seen.</summary>
    private const double StrongGhost = 0.6;

    /// <summary>What lies below the strongest part of such a map can still be seen.</summary>
    private const double Veil = 0.8;

    /// <summary>A little ink where a map is zero, to show where one map ends and the next begins.</summary>
    private const double Ground = 0.05;

    /// <summary>An image of a dataset: brightness as ink, or red, green and blue as they are.</summary>
    public static Raster Image(LabelledImages images, int index) => Image(images.Pixels(index), images.Width, images.Channels);

    /// <summary>An image of some columns: brightness as ink, or red, green and blue as they are.</summary>
    public static Raster Image(ReadOnlySpan<byte> pixels, int width, int channels)
    {
        if (channels != ColourImage.Channels)
        {
            return Ink(pixels, width);
        }

        int positions = pixels.Length / channels;
        var raster = new Raster(width, positions / width);
        for (int i = 0; i < positions; i++)
        {
            raster.Set(i % width, i / width, pixels.Slice(i * channels, channels));
        }

        return raster;
    }

    /// <summary>The brightness of an image of a dataset, a byte a pixel: the mean of its channels.</summary>
    public static byte[] Brightness(LabelledImages images, int index) => Brightness(images.Pixels(index).ToArray(), images.Channels);

    /// <summary>The brightness of an image, a byte a pixel: the mean of its channels.</summary>
    public static byte[] Brightness(byte[] pixels, int channels) => [.. pixels.Chunk(channels).Select(pixel => (byte)(pixel.Sum(value => value) / channels))];

    /// <summary>One gradient a pixel: that of the channel in which it is largest.</summary>
    public static float[] Strongest(float[] gradient, int channels) => [.. gradient.Chunk(channels).Select(pixel => pixel.MaxBy(Math.Abs))];

    /// <summary>Brightness as ink: 0 is nothing, 255 is full.</summary>
    public static Raster Ink(ReadOnlySpan<byte> pixels, int width)
    {
        var raster = new Raster(width, pixels.Length / width);
        for (int i = 0; i < pixels.Length; i++)
        {
            raster.Set(i % width, i / width, Palette.Ink, pixels[i] / 255.0);
        }

        return raster;
    }

    /// <summary>
    /// Values as ink, by the root of their share of the largest of all pictures that are to be compared: most answers are far below
    /// it. What is negative leaves none.
    /// </summary>
    public static Raster Activation(ReadOnlySpan<float> values, int width, float largest)
    {
        var raster = new Raster(width, values.Length / width);
        for (int i = 0; i < values.Length; i++)
        {
            raster.Set(i % width, i / width, Palette.Ink, Ground + ((1 - Ground) * Math.Sqrt(Share(values[i], largest))));
        }

        return raster;
    }

    /// <summary>Values of either sign: the second colour is above zero, the first below.</summary>
    public static Raster Signed(ReadOnlySpan<float> values, int width, float largest)
    {
        var raster = new Raster(width, values.Length / width);
        for (int i = 0; i < values.Length; i++)
        {
            raster.Set(i % width, i / width, SignColor(values[i]), Share(Math.Abs(values[i]), largest));
        }

        return raster;
    }

    /// <summary>Weights of red, green and blue as the colours that they answer to most: the middle grey is zero.</summary>
    public static Raster SignedColours(ReadOnlySpan<float> values, int width, float largest)
    {
        var raster = new Raster(width, values.Length / ColourImage.Channels / width);
        Span<byte> rgb = stackalloc byte[ColourImage.Channels];
        for (int i = 0; i < values.Length / ColourImage.Channels; i++)
        {
            for (int channel = 0; channel < rgb.Length; channel++)
            {
                float value = values[(i * ColourImage.Channels) + channel];
                rgb[channel] = (byte)Math.Round(127.5 + (127.5 * (value < 0 ? -Share(-value, largest) : Share(value, largest))));
            }

            raster.Set(i % width, i / width, rgb);
        }

        return raster;
    }

    /// <summary>A gradient by pixel over a shadow of the image that it belongs to.</summary>
    public static Raster Saliency(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> gradient, int width)
    {
        float largest = Largest(gradient);
        var raster = new Raster(width, pixels.Length / width);
        for (int i = 0; i < pixels.Length; i++)
        {
            double strength = Share(Math.Abs(gradient[i]), largest);
            double ghost = Ghost * pixels[i] / 255.0;

            // One pixel has one colour: the stronger of the two is seen.
            (ReportColor color, double opacity) = strength > ghost ? (SignColor(gradient[i]), strength) : (Palette.Muted, ghost);
            raster.Set(i % width, i / width, color, opacity);
        }

        return raster;
    }

    /// <summary>A map of regions, from 0 to its largest value, enlarged without steps over a shadow of the image that it belongs to.</summary>
    /// <param name="pixels">The image, of <paramref name="width"/> columns.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="map">The map, of <paramref name="columns"/> columns; what is negative counts as 0.</param>
    /// <param name="columns">Its columns.</param>
    public static Raster Regions(ReadOnlySpan<byte> pixels, int width, ReadOnlySpan<float> map, int columns)
    {
        int height = pixels.Length / width, rows = map.Length / columns;
        float largest = Largest(map);
        var raster = new Raster(width, height);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = (i % width, i / width);
            raster.Set(x, y, Palette.Muted, StrongGhost * pixels[i] / 255);
            raster.Cover(x, y, Palette.Second, Veil * Share(Between(map, columns, ((x + 0.5) * columns / width) - 0.5, ((y + 0.5) * rows / height) - 0.5), largest));
        }

        return raster;
    }

    /// <summary>The largest magnitude.</summary>
    public static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>The value of a map at a place between its own, by bilinear interpolation.</summary>
    private static float Between(ReadOnlySpan<float> map, int columns, double x, double y)
    {
        int rows = map.Length / columns;
        (x, y) = (Math.Clamp(x, 0, columns - 1), Math.Clamp(y, 0, rows - 1));
        (int left, int top) = ((int)x, (int)y);
        (int right, int below) = (Math.Min(left + 1, columns - 1), Math.Min(top + 1, rows - 1));
        (double across, double down) = (x - left, y - top);
        double upper = (map[(top * columns) + left] * (1 - across)) + (map[(top * columns) + right] * across);
        double lower = (map[(below * columns) + left] * (1 - across)) + (map[(below * columns) + right] * across);
        return (float)((upper * (1 - down)) + (lower * down));
    }

    private static ReportColor SignColor(float value) => value > 0 ? Palette.Second : Palette.First;

    /// <summary>A value as a share of the largest; 0 if the largest is 0 or the value is not a number.</summary>
    private static double Share(float value, float largest) => largest > 0 && float.IsFinite(value / largest) ? Math.Max(0, value / largest) : 0;
}
