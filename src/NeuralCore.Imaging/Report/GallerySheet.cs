using SkiaSharp;

namespace NeuralCore.Imaging.Report;

/// <summary>A gallery as one PNG on white, with its captions.</summary>
internal static class GallerySheet
{
    private const int Margin = 24;
    private const int Gap = 20;
    private const int WidestSheet = 1100;
    private const float TitleSize = 18;
    private const float CaptionSize = 15;
    private const float DetailSize = 13;

    /// <summary>Draws the sheet.</summary>
    public static ReportFile Draw(Gallery gallery)
    {
        using var title = new SKFont(ReportFont.SemiBold, TitleSize);
        using var caption = new SKFont(ReportFont.SemiBold, CaptionSize);
        using var detail = new SKFont(ReportFont.Regular, DetailSize);
        Exhibit first = gallery.Exhibits[0];
        int zoom = Math.Max(1, (gallery.Size + first.Picture.Width - 1) / first.Picture.Width);
        (int width, int height) = (first.Picture.Width * zoom, first.Picture.Height * zoom);
        float text = gallery.Exhibits.Max(e => Math.Max(caption.MeasureText(e.Caption), detail.MeasureText(e.Detail)));
        int cellWidth = Math.Max(width, (int)Math.Ceiling(text)) + Gap;
        int cellHeight = height + Gap + (int)(1.3f * (CaptionSize + DetailSize));
        int columns = Math.Clamp((WidestSheet - (2 * Margin) + Gap) / cellWidth, 1, gallery.Exhibits.Count);
        int rows = (gallery.Exhibits.Count + columns - 1) / columns;
        int top = Margin + (int)(2 * TitleSize);
        int sheetWidth = Math.Max((2 * Margin) + (columns * cellWidth) - Gap, (2 * Margin) + (int)Math.Ceiling(title.MeasureText(gallery.Title)));

        var info = new SKImageInfo(sheetWidth, top + (rows * cellHeight) + Margin - Gap, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(info);
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(Palette.Paper.ForSkia);
        Write(canvas, gallery.Title, Margin, Margin + TitleSize, title, Palette.Ink);
        for (int i = 0; i < gallery.Exhibits.Count; i++)
        {
            Exhibit exhibit = gallery.Exhibits[i];
            (int x, int y) = (Margin + (i % columns * cellWidth), top + (i / columns * cellHeight));
            using SKImage picture = exhibit.Picture.ToImage();
            canvas.DrawImage(picture, SKRect.Create(x, y, width, height), new SKSamplingOptions(SKFilterMode.Nearest));
            Write(canvas, exhibit.Caption, x, y + height + (1.2f * CaptionSize), caption, Palette.Ink);
            Write(canvas, exhibit.Detail, x, y + height + (1.2f * CaptionSize) + (1.3f * DetailSize), detail, Palette.Muted);
        }

        using SKImage sheet = surface.Snapshot();
        using SKData data = sheet.Encode(SKEncodedImageFormat.Png, quality: 100);
        return new ReportFile($"{gallery.Name}.png", data.ToArray());
    }

    private static void Write(SKCanvas canvas, string text, float x, float y, SKFont font, ReportColor color)
    {
        using var paint = new SKPaint { Color = color.ForSkia, IsAntialias = true };
        canvas.DrawText(text, x, y, SKTextAlign.Left, font, paint);
    }
}
