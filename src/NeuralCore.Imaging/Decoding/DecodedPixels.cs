namespace NeuralCore.Imaging.Decoding;

/// <summary>The pixels of a file as they are stored, not turned yet.</summary>
/// <param name="Rgba">Red, green, blue and opacity of each, not multiplied by the opacity; rows from the top.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Reduction">How many pixels of the file the side of one stands for: 1, or more where the file is too large to be taken whole.</param>
internal sealed record DecodedPixels(byte[] Rgba, int Width, int Height, int Reduction = 1)
{
    /// <summary>The smallest power of two by which a picture has to be made smaller.</summary>
    public static int ReductionFor(int width, int height)
    {
        int reduction = 1;
        while ((long)width * height > (long)ImageFile.MaxPixels * reduction * reduction)
        {
            reduction *= 2;
        }

        return reduction;
    }
}
