using NeuralCore.Imaging.Explaining;
using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Stages;
using SkiaSharp;

namespace NeuralCore.Imaging.Segmentation;

/// <summary>Pictures of what was found on a page.</summary>
public static class PagePicture
{
    /// <summary>A box's line is this share of the photo's longer side wide, and at least one pixel.</summary>
    private const double LineShare = 1 / 600.0;

    /// <summary>All are written this share of the usual digit's height high.</summary>
    private const float TextShare = 0.35f;

    private const float SmallestText = 10;

    /// <summary>A digit less probable than this gets a box that warns.</summary>
    private const float Doubtful = 0.9f;

    private static readonly SKColor Sure = new(0x00, 0x8A, 0x3E);
    private static readonly SKColor Unsure = new(0xD0, 0x30, 0x10);

    private static readonly (byte Red, byte Green, byte Blue)[] PartColours =
        [(0x4C, 0xC9, 0x4C), (0xF2, 0xC1, 0x2E), (0x3C, 0xA8, 0xF0), (0xE8, 0x5C, 0xC8), (0xF0, 0x80, 0x30)];

    /// <summary>Draws a box around each digit of a photo, with what it was read as above it; red where the network is less than nine tenths sure.</summary>
    public static StagePicture Boxes(ColourImage photo, SheetReading reading)
    {
        using SKBitmap bitmap = PngPicture.ToBitmap(photo);
        using (var canvas = new SKCanvas(bitmap))
        {
            float width = (float)Math.Max(1, Math.Max(photo.Width, photo.Height) * LineShare);
            int[] heights = [.. reading.Digits.Select(digit => digit.Box.Height).Order()];
            float textHeight = heights.Length == 0 ? 0 : Math.Max(SmallestText, heights[heights.Length / 2] * TextShare);
            foreach (FoundDigit digit in reading.Digits)
            {
                DrawBox(canvas, digit, width, textHeight);
            }
        }

        return new StagePicture("boxes", "Every digit, and what it was read as", FromBitmap(bitmap));
    }

    /// <summary>Draws the parts that the lines were cut into, neighbours in different colours, and what was left out in grey.</summary>
    internal static StagePicture Parts(PageInk page, IEnumerable<SegmentedLine> lines)
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

    private static void DrawBox(SKCanvas canvas, FoundDigit digit, float width, float height)
    {
        SKColor colour = digit.Probability >= Doubtful ? Sure : Unsure;
        using var line = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = width, IsAntialias = true };
        SKRect rectangle = SKRect.Create(digit.Box.X, digit.Box.Y, digit.Box.Width, digit.Box.Height);
        rectangle.Inflate(width, width);
        canvas.DrawRect(rectangle, line);
        using var pen = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = 1.5f * width, IsAntialias = true, StrokeCap = SKStrokeCap.Square };

        // Where there is no room above the box, the digit stands in it.
        float above = rectangle.Top - (4 * width) - height;
        SegmentDigits.Draw(canvas, digit.Digit, rectangle.Left + width, above > width ? above : rectangle.Top + (3 * width), height, pen);
    }

    private static ColourImage FromBitmap(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        var pixels = new byte[bitmap.Width * bitmap.Height * ColourImage.Channels];
        for (int i = 0; i < bitmap.Width * bitmap.Height; i++)
        {
            rgba.Slice(i * 4, ColourImage.Channels).CopyTo(pixels.AsSpan(i * ColourImage.Channels));
        }

        return new ColourImage(bitmap.Width, bitmap.Height, pixels);
    }
}
