using NeuralCore.Imaging.Report;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;
using SkiaSharp;

namespace NeuralCore.Imaging.Explaining;

/// <summary>Pictures of what was found on a page.</summary>
public static class PagePicture
{
    /// <summary>A box's line is this share of the picture's longer side wide, and at least one pixel.</summary>
    private const float LineShare = 1 / 700f;

    /// <summary>What a digit was read as is written in letters of this share of the usual digit's height.</summary>
    private const float TextShare = 0.35f;

    private const float SmallestText = 12;

    /// <summary>And at most so large, as a share of the picture's longer side.</summary>
    private const float LargestText = 0.028f;

    /// <summary>The picture's longer side has at least this many pixels.</summary>
    private const int ShortestLongSide = 900;

    /// <summary>How many line widths a dash of a doubtful box is long, and the gap behind it.</summary>
    private const float Dash = 4;

    private static readonly SKColor Sure = new(0x00, 0x8A, 0x3E);
    private static readonly SKColor Unsure = new(0xD0, 0x30, 0x10);

    /// <summary>
    /// Draws a box around each digit of a photo, and what it was read as on a tab at the box. Where the network is not
    /// sure the box is dashed and the digit has a question mark; a legend below the photo says so. Small photos are enlarged, so that the tabs can be read.
    /// </summary>
    public static StagePicture Boxes(ColourImage photo, SheetReading reading)
    {
        using SKBitmap bitmap = PngPicture.ToBitmap(photo);
        float scale = Math.Max(1, (float)ShortestLongSide / Math.Max(photo.Width, photo.Height));
        (int width, int height) = ((int)(photo.Width * scale), (int)(photo.Height * scale));
        float legend = PageLegend.Height(Math.Max(width, height));
        var info = new SKImageInfo(width, height + (int)legend, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var drawn = new SKBitmap(info);
        using (var canvas = new SKCanvas(drawn))
        {
            using SKImage image = SKImage.FromBitmap(bitmap);
            canvas.Clear(SKColors.White);
            canvas.DrawImage(image, SKRect.Create(width, height), new SKSamplingOptions(SKCubicResampler.Mitchell));
            float line = Math.Max(1, Math.Max(width, height) * LineShare);
            int[] heights = [.. reading.Digits.Select(digit => digit.Box.Height).Order()];
            float text = heights.Length == 0 ? 0 : Math.Clamp(scale * heights[heights.Length / 2] * TextShare, SmallestText, Math.Max(width, height) * LargestText);
            using var font = new SKFont(ReportFont.SemiBold, text);
            foreach (FoundDigit digit in reading.Digits)
            {
                DrawBox(canvas, new SKSizeI(width, height), digit, reading.Alphabet.NameOf(digit.Digit), scale, line, font);
            }

            PageLegend.Draw(canvas, SKRect.Create(0, height, width, legend), line);
        }

        return new StagePicture("boxes", $"Every {(reading.Alphabet.HasLetters ? "sign" : "digit")}, and what it was read as", FromBitmap(drawn));
    }

    /// <summary>The pen that a box is drawn with: a dashed line where the digit is doubtful, so that it shows without colours too.</summary>
    internal static SKPaint Pen(bool isDoubtful, float line) => new()
    {
        Color = isDoubtful ? Unsure : Sure,
        Style = SKPaintStyle.Stroke,
        StrokeWidth = line,
        IsAntialias = true,
        PathEffect = isDoubtful ? SKPathEffect.CreateDash([Dash * line, Dash * line], 0) : null,
    };

    private static void DrawBox(SKCanvas canvas, SKSizeI photo, FoundDigit digit, string name, float scale, float line, SKFont font)
    {
        using SKPaint pen = Pen(digit.IsDoubtful, line);
        var box = SKRect.Create(scale * digit.Box.X, scale * digit.Box.Y, scale * digit.Box.Width, scale * digit.Box.Height);
        box.Inflate(line, line);
        canvas.DrawRect(box, pen);

        // Above the box, below it where the photo ends, and in it where there is room for neither.
        string text = digit.IsDoubtful ? $"{name}?" : name;
        (float width, float height) = (font.MeasureText(text) + (0.4f * font.Size), 1.1f * font.Size);
        float top = box.Top >= height ? box.Top - height : box.Bottom + height <= photo.Height ? box.Bottom : box.Top;
        using var tab = new SKPaint { Color = pen.Color, IsAntialias = true };
        using var ink = new SKPaint { Color = SKColors.White, IsAntialias = true };
        float left = Math.Clamp(box.Left - (line / 2), 0, Math.Max(0, photo.Width - width));
        canvas.DrawRect(left, top, width, height, tab);
        canvas.DrawText(text, left + (0.2f * font.Size), top + (0.92f * font.Size), font, ink);
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
