using NeuralCore.Imaging.Explaining;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Explaining;

public sealed class ExplanationTests
{
    [Fact]
    public void Every_stage_is_a_file_and_the_sheet_says_what_each_is()
    {
        var black = new GrayImage(20, 30);
        (string Name, byte[] Png)[] files = [.. Explanation.Files([StagePicture.Of("one", "First", black), StagePicture.Of("two", "Then", black)])];
        Assert.Equal(["01-one.png", "02-two.png", "sheet.png"], files.Select(file => file.Name));

        // Below each picture there is dark text on white, whether or not the machine has fonts.
        using SKBitmap sheet = SKBitmap.Decode(files[^1].Png);
        for (int cell = 0; cell < 2; cell++)
        {
            int left = 16 + (cell * 256);
            Assert.Contains(
                from y in Enumerable.Range(16 + 240, 24) from x in Enumerable.Range(left, 60) select sheet.GetPixel(x, y),
                pixel => pixel.Red < 128);
        }
    }
}
