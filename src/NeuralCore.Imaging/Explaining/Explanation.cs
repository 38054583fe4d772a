using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Imaging.Explaining;

/// <summary>What became of a photo on its way to 28x28, as files to look at.</summary>
public static class Explanation
{
    /// <summary>Small pictures are enlarged to at least this many pixels.</summary>
    private const int LeastSide = 400;

    /// <summary>Makes a PNG file of each stage, and of all of them on one sheet.</summary>
    /// <param name="stages">In their order.</param>
    /// <returns>A name for each file (<c>01-photo.png</c>, and <c>sheet.png</c> at the end) and its bytes.</returns>
    public static IEnumerable<(string Name, byte[] Png)> Files(IReadOnlyList<StagePicture> stages)
    {
        for (int i = 0; i < stages.Count; i++)
        {
            yield return ($"{i + 1:00}-{stages[i].Name}.png", PngPicture.Encode(Enlarged(stages[i].Picture)));
        }

        yield return ("sheet.png", ContactSheet.Draw(stages));
    }

    /// <summary>Each pixel as a square of them.</summary>
    internal static ColourImage Enlarged(ColourImage picture)
    {
        int factor = (LeastSide + Math.Max(picture.Width, picture.Height) - 1) / Math.Max(picture.Width, picture.Height);
        int width = picture.Width * factor;
        var pixels = new byte[width * picture.Height * factor * ColourImage.Channels];
        for (int i = 0; i < pixels.Length / ColourImage.Channels; i++)
        {
            picture[i % width / factor, i / width / factor].CopyTo(pixels.AsSpan(i * ColourImage.Channels));
        }

        return new ColourImage(width, picture.Height * factor, pixels);
    }
}
