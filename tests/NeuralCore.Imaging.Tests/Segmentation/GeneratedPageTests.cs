using NeuralCore.Imaging.Tests.Drawing;
using NeuralCore.Tests;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Pictures of anything: scribbles, grids, blots, digits far apart, at any size. Each is read to an end, and what is found lies in the picture.</summary>
public sealed class GeneratedPageTests(SmallReader reader) : IClassFixture<SmallReader>
{
    private const int Everyday = 150;

    [Fact]
    public void Any_picture_is_read_to_its_end()
    {
        for (int seed = 0; seed < TestScale.Cases(Everyday); seed++)
        {
            ColourImage photo = Draw(new Random(seed));
            try
            {
                SheetReading reading = SheetReader.Read(photo, reader.Model);
                Assert.All(reading.Digits, digit =>
                {
                    Assert.InRange(digit.Digit, 0, 9);
                    Assert.InRange(digit.Probability, 0, 1);
                    Assert.True(digit.Box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } box && box.Right <= photo.Width && box.Bottom <= photo.Height, $"{digit.Box} is not in the picture.");
                });
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"Picture {seed} of {photo.Width} x {photo.Height} pixels was not read.", failure);
            }
        }
    }

    private static ColourImage Draw(Random random)
    {
        (int width, int height) = (random.Next(1, 500), random.Next(1, 400));
        double paper = random.Next(4) == 0 ? random.Next(10, 80) : random.Next(120, 256);
        double Ink() => random.Next(5) == 0 ? random.Next(0, 256) : paper > 100 ? random.Next(0, 90) : random.Next(150, 256);
        (double X, double Y) Place() => (random.Next(-20, width + 20), random.Next(-20, height + 20));
        var sheet = new Sheet(width, height, paper);
        for (int i = random.Next(0, 25); i > 0; i--)
        {
            double pen = 1 + (random.NextDouble() * random.Next(1, 12));
            (double x, double y) = Place();
            switch (random.Next(7))
            {
                case 0:
                    sheet.Stroke([.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => Place())], pen, Ink());
                    break;
                case 1:
                    sheet.Fill(x, y, random.Next(1, 80), random.Next(1, 80), Ink());
                    break;
                case 2:
                    sheet.Frame(x, y, random.Next(5, 200), random.Next(5, 200), pen, random.NextDouble() / 4, Ink());
                    break;
                case 3:
                    double step = random.Next(8, 60), ink = Ink();
                    for (int line = 0; line < 12; line++)
                    {
                        sheet.Stroke([(x, y + (line * step)), (x + (11 * step), y + (line * step))], pen / 2, ink).Stroke([(x + (line * step), y), (x + (line * step), y + (11 * step))], pen / 2, ink);
                    }

                    break;
                case 4:
                    sheet.Ring(x, y, random.Next(2, 60), random.Next(2, 60), pen, 0, Ink());
                    break;
                default:
                    IReadOnlyList<Glyph> styles = Glyph.Styles(random.Next(10));
                    sheet.Write(styles[random.Next(styles.Count)].Written(random), x, y, random.Next(5, 120), pen, Ink());
                    break;
            }
        }

        return width < 2 || height < 2
            ? sheet.Scan()
            : new Camera(width, height) { Noise = random.Next(0, 12) }.Photograph(sheet, random.Next());
    }
}
