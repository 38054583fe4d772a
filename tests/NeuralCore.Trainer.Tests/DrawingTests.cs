using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Trainer.Output;
using Spectre.Console;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class DrawingTests
{
    [Fact]
    public void Without_colours_half_blocks_show_ink()
    {
        var text = new StringWriter();
        var drawing = new Drawing(new LabelledImages(new byte[] { 255, 0, 255, 0, 0, 255, 255, 0, 255, 0, 0, 0 }, new byte[] { 0 }, 3, 4), 0);
        DrawingSheet.Write(new Screen(text, isTerminal: false, colors: false, () => 100), [(drawing, "", Style.Plain)]);
        Assert.Equal(["▀▄█", "▀"], text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()));
    }

    [Property]
    public void A_blank_picture_keeps_something(byte height, byte width)
    {
        (int h, int w) = (1 + (height % 40), 1 + (width % 40));
        var drawing = new Drawing(new LabelledImages(new byte[h * w], new byte[] { 0 }, h, w), 0);
        Drawing cropped = drawing.Cropped(drawing.Margin);
        Assert.InRange(cropped.Height, 1, h);
        Assert.InRange(cropped.Width, 1, w);
    }

    [Fact]
    public void Cropping_keeps_the_ink()
    {
        var pixels = new byte[10 * 10];
        (pixels[23], pixels[67]) = (9, 7);
        var drawing = new Drawing(new LabelledImages(pixels, new byte[] { 0 }, 10, 10), 0);
        Assert.Equal(2, drawing.Margin);
        Drawing cropped = drawing.Cropped(2);
        Assert.Equal((6, 6), (cropped.Height, cropped.Width));
        Assert.Equal((9, 7), (cropped[0, 1], cropped[4, 5]));
    }

    [Fact]
    public void A_large_picture_shrinks_to_means()
    {
        byte[] pixels = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 10))];
        Drawing shrunk = new Drawing(new LabelledImages(pixels, new byte[] { 0 }, 4, 4), 0).ShrunkTo(2);
        Assert.Equal((2, 2), (shrunk.Height, shrunk.Width));
        Assert.Equal((25, 45, 105, 125), (shrunk[0, 0], shrunk[0, 1], shrunk[1, 0], shrunk[1, 1]));
    }
}
