using NeuralCore.Fuzz;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>Damaged pictures of every format, a few hundred of each; NeuralCore.Fuzz opens any number of them.</summary>
public sealed class PictureFuzzTests
{
    private const int Executions = 400;

    public static TheoryData<string> Formats => [.. FuzzFormats.Pictures.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_damaged_picture_is_read_or_refused_as_documented_and_takes_little_memory(string name)
    {
        using var run = new FuzzRun(FuzzFormats.Pictures.Single(format => format.Name == name), seed: 1);
        run.OpenSeeds();
        while (run.Executions < TestScale.Cases(Executions))
        {
            Assert.Null(run.Execute());
        }

        // A fuzzer whose files are all refused at the door, or all taken, would find nothing.
        Assert.InRange(run.Refused, run.Executions / 4, run.Executions - 1);
    }
}
