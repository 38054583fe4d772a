using System.Text.RegularExpressions;
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

    [Fact]
    public void Forms_of_an_image_stand_under_one_another_and_are_cut_alike()
    {
        var loaded = new Preview("as loaded", [(Dotted(1, 1), 4), (Dotted(2, 2), 7)]);
        var augmented = new Preview("as augmented", [(Dotted(2, 2), 4), (Dotted(4, 4), 7)]);
        var text = new StringWriter();
        PreviewSheet.Write(new Screen(text, isTerminal: false, colors: false, () => 100), [loaded, augmented], new ClassNames());
        string[] lines = [.. text.ToString().Split('\n').Select(line => line.TrimEnd())];

        // The ink that lies furthest out is one pixel from the edge, so one is cut off everywhere: 4 x 4 pixels are two lines of text.
        string gap = new(' ', 17);
        Assert.Equal(
            ["Training images, as loaded, and below as augmented:", "▀" + gap + " ▄", "", " ▄", gap + "    ▄", "4" + gap + "7", ""], lines);

        static Drawing Dotted(int row, int column)
        {
            var pixels = new byte[6 * 6];
            pixels[(row * 6) + column] = 255;
            return new Drawing(new LabelledImages(pixels, new byte[] { 0 }, 6, 6), 0);
        }
    }

    [Fact]
    public void Forms_stay_together_where_images_need_several_rows()
    {
        Drawing[] dots = [.. Enumerable.Range(0, 6).Select(i => new Drawing([.. Enumerable.Range(0, 4).Select(pixel => (byte)(pixel == 0 ? 255 : 0))], 2, 2))];
        Preview Form(string name) => new(name, [.. dots.Select((dot, i) => (dot, i))]);
        var text = new StringWriter();
        PreviewSheet.Write(new Screen(text, isTerminal: false, colors: false, () => 60), [Form("one"), Form("other")], new ClassNames());
        string[] lines = [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Concat(line.Where(c => c != ' ')))];
        Assert.Equal(["Trainingimages,one,andbelowother:", "▀▀▀", "▀▀▀", "012", "▀▀▀", "▀▀▀", "345"], lines);
    }

    [Property]
    public void A_confusion_matrix_says_the_same_without_colours(byte[] pairs)
    {
        var confusion = new ConfusionMatrix(4);
        foreach (byte pair in pairs)
        {
            confusion.Add(pair % 4, pair / 4 % 4);
        }

        string plain = Text(colors: false);
        Assert.Equal(plain, Regex.Replace(Text(colors: true), "\e\\[[0-9;]*m", ""));
        int[] numbers = [.. plain.Split('\n').Skip(2).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)).Select(cell => cell == "·" ? 0 : int.Parse(cell))];
        Assert.Equal(Enumerable.Range(0, 16).Select(i => confusion[i / 4, i % 4]), numbers);

        string Text(bool colors)
        {
            var text = new StringWriter();
            ConfusionTable.Write(new Screen(text, isTerminal: colors, colors, () => 80), confusion, new ClassNames());
            return text.ToString();
        }
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
