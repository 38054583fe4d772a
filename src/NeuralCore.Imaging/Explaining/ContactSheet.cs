using NeuralCore.Imaging.Report;
using NeuralCore.Vision.Stages;
using SkiaSharp;

namespace NeuralCore.Imaging.Explaining;

/// <summary>All stages on one sheet, each with its number and what was done.</summary>
internal static class ContactSheet
{
    private const int PerRow = 4;
    private const int Side = 240;
    private const int Gap = 16;
    private const int CaptionHeight = 24;
    private const float FontSize = 12;

    private static readonly SKColor Paper = SKColors.White;
    private static readonly SKColor Mount = new(0xE4, 0xE8, 0xEC);

    /// <summary>Draws the sheet, as the bytes of a PNG file.</summary>
    public static byte[] Draw(IReadOnlyList<StagePicture> stages)
    {
        int rows = (stages.Count + PerRow - 1) / PerRow;
        var info = new SKImageInfo(Gap + (PerRow * (Side + Gap)), Gap + (rows * (Side + CaptionHeight + Gap)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var sheet = new SKBitmap(info);
        using (var canvas = new SKCanvas(sheet))
        {
            canvas.Clear(Paper);
            for (int i = 0; i < stages.Count; i++)
            {
                DrawCell(canvas, stages[i], i + 1, Gap + (i % PerRow * (Side + Gap)), Gap + (i / PerRow * (Side + CaptionHeight + Gap)));
            }
        }

        using SKPixmap pixels = sheet.PeekPixels();
        return PngPicture.Encode(pixels);
    }

    private static void DrawCell(SKCanvas canvas, StagePicture stage, int number, int x, int y)
    {
        using SKBitmap bitmap = PngPicture.ToBitmap(stage.Picture);
        using SKImage image = SKImage.FromBitmap(bitmap);
        float scale = Math.Min((float)Side / image.Width, (float)Side / image.Height);
        (float width, float height) = (image.Width * scale, image.Height * scale);
        SKRect place = SKRect.Create(x + ((Side - width) / 2), y + ((Side - height) / 2), width, height);

        // Few pixels are shown as the squares that they are.
        SKSamplingOptions sampling = scale > 1 ? new(SKFilterMode.Nearest) : new(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var mount = new SKPaint { Color = Mount };
        canvas.DrawRect(x, y, Side, Side, mount);
        canvas.DrawImage(image, place, sampling);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var font = new SKFont(ReportFont.Regular, FontSize);
        canvas.DrawText($"{number} {stage.Caption}", x, y + Side + FontSize + 4, font, ink);
    }
}
