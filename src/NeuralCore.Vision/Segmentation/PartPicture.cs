using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>A picture of the parts of a page.</summary>
internal static class PartPicture
{
    private static readonly (byte Red, byte Green, byte Blue)[] PartColours =
        [(0x4C, 0xC9, 0x4C), (0xF2, 0xC1, 0x2E), (0x3C, 0xA8, 0xF0), (0xE8, 0x5C, 0xC8), (0xF0, 0x80, 0x30)];

    /// <summary>Draws the parts that the lines were cut into, neighbours in different colours, and what was left out in grey.</summary>
    public static StagePicture Of(PageInk page, IEnumerable<SegmentedLine> lines)
    {
        var pixels = new byte[page.Ink.Pixels.Length * ColourImage.Channels];
        for (int i = 0; i < page.Ink.Pixels.Length; i++)
        {
            Array.Fill(pixels, page.Ink.Pixels[i] ? (byte)96 : (byte)0, i * ColourImage.Channels, ColourImage.Channels);
        }

        foreach ((Piece part, int i) in lines.SelectMany(line => line.Parts).Select((part, i) => (part, i)))
        {
            (byte red, byte green, byte blue) = PartColours[i % PartColours.Length];
            for (int at = 0; at < part.Ink.Pixels.Length; at++)
            {
                if (part.Ink.Pixels[at])
                {
                    int pixel = ((part.Box.Y + (at / part.Box.Width)) * page.Ink.Width) + part.Box.X + (at % part.Box.Width);
                    (pixels[pixel * 3], pixels[(pixel * 3) + 1], pixels[(pixel * 3) + 2]) = (red, green, blue);
                }
            }
        }

        return new StagePicture("parts", "Cut wherever a digit could end", new ColourImage(page.Ink.Width, page.Ink.Height, pixels));
    }
}
