namespace NeuralCore.Data;

/// <summary>The mean and the standard deviation of each channel over all pixels of all images, of values divided by 255.</summary>
public static class ChannelStatistics
{
    /// <summary>Measures images. Sums of bytes are whole numbers, so the order does not matter.</summary>
    /// <param name="images">The images, at least one.</param>
    /// <returns>For each channel the mean, in [0, 1], and the deviation, above 0; 1 for a channel whose values are all the same.</returns>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static (float[] Means, float[] Deviations) Of(LabelledImages images)
    {
        if (images.Count == 0)
        {
            throw new ArgumentException("There are no images to measure: give at least one.", nameof(images));
        }

        int channels = images.Channels;
        (long[] sums, long[] squares) = (new long[channels], new long[channels]);
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> pixels = images.Pixels(i);
            for (int at = 0; at < pixels.Length; at += channels)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    int value = pixels[at + channel];
                    sums[channel] += value;
                    squares[channel] += value * value;
                }
            }
        }

        double count = (double)images.Count * images.Height * images.Width;
        double[] means = [.. sums.Select(sum => sum / count)];
        return (
            [.. means.Select(mean => (float)(mean / 255))],
            [.. means.Select((mean, channel) => Math.Sqrt(Math.Max(0, (squares[channel] / count) - (mean * mean))) is > 0 and var deviation ? (float)(deviation / 255) : 1)]);
    }
}
