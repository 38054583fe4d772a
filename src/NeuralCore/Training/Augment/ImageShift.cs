namespace NeuralCore;

/// <summary>Moves pictures by whole pixels and mirrors them.</summary>
internal static class ImageShift
{
    /// <summary>Copies a picture from another place. What comes in at an edge is mirrored there, without the outermost row or column.</summary>
    /// <param name="source">Height x width x channels values.</param>
    /// <param name="destination">As many.</param>
    /// <param name="shape">Height x width x channels.</param>
    /// <param name="isMirrored">Whether left and right are exchanged.</param>
    /// <param name="shift">How far the picture is moved to the right and down; less than its sides.</param>
    public static void Copy<T>(ReadOnlySpan<T> source, Span<T> destination, Shape shape, bool isMirrored, (int X, int Y) shift)
    {
        (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
        for (int row = 0; row < height; row++)
        {
            ReadOnlySpan<T> from = source.Slice(Within(row - shift.Y, height) * width * channels, width * channels);
            Span<T> to = destination.Slice(row * width * channels, width * channels);
            if (!isMirrored && shift.X == 0)
            {
                from.CopyTo(to);
                continue;
            }

            for (int column = 0; column < width; column++)
            {
                int at = Within(column - shift.X, width);
                at = isMirrored ? width - 1 - at : at;
                from.Slice(at * channels, channels).CopyTo(to[(column * channels)..]);
            }
        }
    }

    private static int Within(int place, int side) => place < 0 ? Math.Min(-place, side - 1) : place >= side ? Math.Max(0, (2 * side) - 2 - place) : place;
}
