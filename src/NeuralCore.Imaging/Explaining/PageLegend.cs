using NeuralCore.Imaging.Report;
using NeuralCore.Vision.Segmentation;
using SkiaSharp;

namespace NeuralCore.Imaging.Explaining;

/// <summary>What the boxes on a photo mean, in a strip below it.</summary>
internal static class PageLegend
{
    /// <summary>The strip's height as a share of the picture's longer side.</summary>
    private const float HeightShare = 1 / 22f;

    private static readonly (bool IsDoubtful, string Text)[] Entries =
        [(false, $"sure: {FoundDigit.LeastOdds} times as likely as anything else"), (true, "not sure (dashed, with a question mark): look at it")];

    /// <summary>The strip's height, in pixels.</summary>
    public static float Height(int longestSide) => longestSide * HeightShare;

    /// <summary>Draws the strip, in one row or, where that is too wide, in smaller letters.</summary>
    public static void Draw(SKCanvas canvas, SKRect strip, float line)
    {
        using var font = new SKFont(ReportFont.Regular, strip.Height * 0.5f);
        float Wide() => Entries.Sum(entry => font.MeasureText(entry.Text) + (3.5f * font.Size));
        font.Size *= Math.Min(1, strip.Width / Wide());
        using var text = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        float x = font.Size;
        foreach ((bool isDoubtful, string meaning) in Entries)
        {
            using SKPaint pen = PagePicture.Pen(isDoubtful, line);
            canvas.DrawRect(x, strip.MidY - (0.5f * font.Size), font.Size, font.Size, pen);
            canvas.DrawText(meaning, x + (1.5f * font.Size), strip.MidY + (0.36f * font.Size), font, text);
            x += font.MeasureText(meaning) + (3.5f * font.Size);
        }
    }
}
