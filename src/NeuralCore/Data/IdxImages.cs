namespace NeuralCore.Data;

/// <summary>The images of an IDX file.</summary>
/// <param name="Pixels">Count x Height x Width bytes, row-major: 0 is background, 255 is ink.</param>
/// <param name="Count">The number of images, at least 1.</param>
/// <param name="Height">The rows of an image, at least 1.</param>
/// <param name="Width">The columns of an image, at least 1.</param>
public readonly record struct IdxImages(byte[] Pixels, int Count, int Height, int Width)
{
    /// <summary>The images with rows and columns exchanged.</summary>
    public IdxImages Transposed()
    {
        var turned = new byte[Pixels.Length];
        int length = Height * Width;
        for (int image = 0; image < Count; image++)
        {
            for (int i = 0; i < length; i++)
            {
                turned[(image * length) + (i % Width * Height) + (i / Width)] = Pixels[(image * length) + i];
            }
        }

        return new IdxImages(turned, Count, Width, Height);
    }
}
