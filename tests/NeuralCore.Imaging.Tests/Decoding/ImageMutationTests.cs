using System.Globalization;
using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>Small pictures with bytes changed, cut out and doubled: each is read, or refused in a sentence; and what is read goes through the stages.</summary>
public sealed class ImageMutationTests
{
    private const int Everyday = 250;

    [Fact]
    public void No_damage_does_harm()
    {
        double scale = double.Parse(Environment.GetEnvironmentVariable("NEURALCORE_TEST_SCALE") ?? "1", CultureInfo.InvariantCulture);
        foreach ((string name, byte[] file) in SmallImages.OfEachFormat)
        {
            for (int seed = 0; seed < Everyday * scale; seed++)
            {
                Try(name, seed, ImageMutation.Of(file, new Random(seed)));
            }
        }
    }

    private static void Try(string name, int seed, byte[] mutant)
    {
        try
        {
            ColourImage image = ImageFile.Decode(mutant, name);
            if (image.Width * image.Height < 100_000)
            {
                GrayImage? digit = DigitPipeline.Run(image)?.Picture;
                Assert.All(digit?.Pixels ?? [], value => Assert.InRange(value, 0, 255.01f));
            }
        }
        catch (DataFileException failure)
        {
            Assert.StartsWith($"The file '{name}' ", failure.Message);
            Assert.EndsWith(".", failure.Message);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{name}, seed {seed}", failure);
        }
    }
}
