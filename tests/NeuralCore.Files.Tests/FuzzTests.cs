using NeuralCore.Fuzz;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Damaged files of every format, a few hundred of each; the program in NeuralCore.Fuzz opens as many as one likes.</summary>
public sealed class FuzzTests
{
    private const int Executions = 400;

    public static TheoryData<string> Formats => [.. FuzzFormats.Models.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_damaged_file_is_taken_or_refused_as_documented_and_takes_little_memory(string name)
    {
        using var run = new FuzzRun(FuzzFormats.Models.Single(format => format.Name == name), seed: 1);
        run.OpenSeeds();
        while (run.Executions < TestScale.Cases(Executions))
        {
            Assert.Null(run.Execute());
        }

        // A fuzzer whose files are all refused at the door, or all taken, would find nothing.
        Assert.InRange(run.Refused, run.Executions / 2, run.Executions - 1);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_off_anywhere_is_refused(string name)
    {
        FuzzFormat format = FuzzFormats.Models.Single(format => format.Name == name);
        byte[] whole = format.MakeSeeds()[0];
        using var folder = new TemporaryFolder();
        string path = folder.File("cut" + format.Extension);
        format.WriteCompanions(Path.GetDirectoryName(path)!);

        // Nine tenths of the places are among numbers, where one is as good as another.
        for (int length = 0; length < whole.Length; length += 1 + (length % 10))
        {
            File.WriteAllBytes(path, whole[..length]);
            Exception? failure = Record.Exception(() => format.Open(path));
            Assert.True(failure is not null && format.IsDocumented(failure), $"Cut off at {length} of {whole.Length}: {failure}");
        }
    }
}
