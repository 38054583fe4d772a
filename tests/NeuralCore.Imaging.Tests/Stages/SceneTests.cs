using NeuralCore.Data;
using NeuralCore.Imaging.Tests.Segmentation;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Stages;

/// <summary>
/// The same digit in many scenes: whatever it is drawn with and on, and however it is lit, it comes out nearly as from black
/// ink on white.
/// </summary>
public sealed class SceneTests
{
    /// <summary>How alike two pictures must be: their correlation. Another digit is below 0.6, the same one moved by a pixel below 0.8.</summary>
    private const double Alike = 0.93;

    private static readonly GrayImage Plain = DigitPipeline.Run(Scene.BlackOnWhite.Draw())!.Picture;

    public static TheoryData<string> Names => [.. Scene.All.Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_digit_comes_out_of_every_scene(string name)
    {
        PhotoDigit? digit = DigitPipeline.Run(Scene.All.Single(scene => scene.Name == name).Draw());
        Assert.NotNull(digit);
        Assert.True(Correlation(Plain, digit.Picture) > Alike, $"The correlation is {Correlation(Plain, digit.Picture):0.000}.");
        Assert.False(digit.IsOneOfSeveral);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_digit_there_is_no_ink(string name)
    {
        Scene scene = Scene.All.Single(scene => scene.Name == name);

        // Lines and frames alone are ink, and may be the digit one.
        if (scene.Lines == Lines.None)
        {
            Assert.Null(DigitPipeline.Run((scene with { HasDigit = false }).Draw()));
        }
    }

    [Theory]
    [InlineData(2, 0.3, 0.6)]
    [InlineData(5, 0.3, 0.6)]
    [InlineData(5, 0.05, 0.1)]
    [InlineData(2, 0.1, 0.3)]
    public void A_picture_of_several_digits_is_known_for_one(int digits, double leastGap, double mostGap)
    {
        (_, LabelledImages test) = Mnist.Load(Mnist.FindDirectory());
        for (int seed = 0; seed < 10; seed++)
        {
            var page = new WrittenPage(100 + (60 * digits), 160, test, new Random(seed));
            ColourImage photo = page.Write(digits, 40, 80, 50, (leastGap, mostGap)).Photo();
            Assert.True(DigitPipeline.Run(photo)!.IsOneOfSeveral, $"{string.Join(' ', page.Texts)} of seed {seed} passed for one digit.");
        }
    }

    [Fact]
    public void A_picture_of_one_digit_is_not()
    {
        (_, LabelledImages test) = Mnist.Load(Mnist.FindDirectory());
        for (int seed = 0; seed < 100; seed++)
        {
            ColourImage photo = new WrittenPage(160, 160, test, new Random(seed)).Write(1, 60, 80, 60, (0, 0)).Photo();
            Assert.False(DigitPipeline.Run(photo)!.IsOneOfSeveral, $"The digit of seed {seed} passed for several.");
        }
    }

    [Fact]
    public void What_comes_out_has_the_form_of_MNIST()
    {
        Assert.Equal((28, 28), (Plain.Width, Plain.Height));
        Assert.Equal(255, Plain.Pixels.Max(), 0.01f);
        Box box = Mask.Above(Plain, 0).Bounds()!.Value;
        Assert.Equal(20, Math.Max(box.Width, box.Height));
        (double x, double y) = MnistFrame.CentreOfMass(Plain);
        Assert.InRange(x, 14, 15);
        Assert.InRange(y, 14, 15);
    }

    [Fact]
    public void Every_stage_has_its_picture_once()
    {
        var names = new List<string>();
        DigitPipeline.Run(Scene.BlackOnWhite.Draw(), stage => names.Add(stage.Name));
        Assert.Equal(["photo", "polarity", "paper", "strength", "ink", "lines", "frames", "digit", "box", "strokes", "scaled", "centred"], names);
    }

    private static double Correlation(GrayImage a, GrayImage b)
    {
        (double meanA, double meanB) = (a.Pixels.Average(), b.Pixels.Average());
        double Sum(Func<int, double> term) => Enumerable.Range(0, a.Pixels.Length).Sum(term);
        double both = Sum(i => (a.Pixels[i] - meanA) * (b.Pixels[i] - meanB));
        return both / Math.Sqrt(Sum(i => Math.Pow(a.Pixels[i] - meanA, 2)) * Sum(i => Math.Pow(b.Pixels[i] - meanB, 2)));
    }
}
