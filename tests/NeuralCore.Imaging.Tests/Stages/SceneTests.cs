using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Stages;
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

    private static readonly GrayImage Plain = DigitPipeline.Run(Scene.BlackOnWhite.Draw())!;

    public static TheoryData<string> Names => [.. Scene.All.Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_digit_comes_out_of_every_scene(string name)
    {
        GrayImage? digit = DigitPipeline.Run(Scene.All.Single(scene => scene.Name == name).Draw());
        Assert.NotNull(digit);
        Assert.True(Correlation(Plain, digit) > Alike, $"The correlation is {Correlation(Plain, digit):0.000}.");
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
        Assert.Equal(["photo", "polarity", "paper", "strength", "ink", "lines", "digit", "box", "strokes", "scaled", "centred"], names);
    }

    private static double Correlation(GrayImage a, GrayImage b)
    {
        (double meanA, double meanB) = (a.Pixels.Average(), b.Pixels.Average());
        double Sum(Func<int, double> term) => Enumerable.Range(0, a.Pixels.Length).Sum(term);
        double both = Sum(i => (a.Pixels[i] - meanA) * (b.Pixels[i] - meanB));
        return both / Math.Sqrt(Sum(i => Math.Pow(a.Pixels[i] - meanA, 2)) * Sum(i => Math.Pow(b.Pixels[i] - meanB, 2)));
    }
}
