using Xunit;
using Xunit.Abstractions;

namespace NeuralCore.Files.Tests.Conformance;

/// <summary>
/// Files of Keras, PyTorch and others, and what their makers say they give. A few are in GoldenValues; the environment variable
/// NEURALCORE_CONFORMANCE names a folder with more: <c>keras</c> with its folders, <c>pytorch</c>, <c>onnx-node</c>, <c>onnx-pytorch</c>.
/// </summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private const string Variable = "NEURALCORE_CONFORMANCE";

    [SkippableTheory]
    [InlineData("keras")]
    [InlineData("keras/onnx")]
    [InlineData("pytorch")]
    public void Networks_of_digits_give_what_their_makers_say(string folder) => RequireRight(folder, ConformanceCases.Digits);

    [SkippableTheory]
    [InlineData("keras/graphs")]
    [InlineData("pytorch/graphs")]
    public void Networks_of_any_kind_give_what_their_makers_say(string folder) =>
        RequireRight(folder, path => ConformanceCases.Graphs(path, channelsFirst: folder.StartsWith("pytorch", StringComparison.Ordinal)));

    [SkippableFact]
    public void Weights_alone_fit_the_network_beside_them() => RequireRight("keras/weights", ConformanceCases.Weights);

    [SkippableFact]
    public void Training_goes_on_as_keras_would() => RequireRight("keras/training", ConformanceCases.Trainings);

    [SkippableTheory]
    [InlineData("keras/refused")]
    [InlineData("pytorch/refused")]
    public void What_is_outside_the_scope_is_refused_by_name(string folder)
    {
        foreach ((ConformanceCase file, string[] names) in Folders(folder).SelectMany(ConformanceCases.Refused))
        {
            (Verdict verdict, string message) = file.Judge();
            output.WriteLine($"{verdict,-8} {file.Name,-45} {message}");
            Assert.Equal(Verdict.Refused, verdict);
            Assert.Contains(names, name => message.Contains(name, StringComparison.Ordinal));
            Assert.DoesNotContain('\n', message);
        }
    }

    [SkippableTheory]
    [InlineData("onnx-node", 36)]
    [InlineData("onnx-pytorch", 12)]
    public void Single_operations_are_right_or_refused_by_name(string folder, int leastRight)
    {
        (int right, int refused) = (0, 0);
        foreach ((ConformanceCase file, string op) in Folders(folder).SelectMany(OnnxCases.Of))
        {
            (Verdict verdict, string message) = file.Judge();
            output.WriteLine($"{verdict,-8} {file.Name,-60} {message}");
            Assert.True(verdict != Verdict.Wrong, $"{file.Name}: {message}");
            Assert.True(verdict == Verdict.Right || message.Contains(op, StringComparison.Ordinal), message);
            (right, refused) = verdict == Verdict.Right ? (right + 1, refused) : (right, refused + 1);
        }

        output.WriteLine($"{folder}: {right} right, {refused} refused");
        Assert.True(right >= leastRight, $"Of {folder} only {right} cases are right.");
    }

    private void RequireRight(string folder, Func<string, IEnumerable<ConformanceCase>> cases)
    {
        (ConformanceCase File, Verdict Verdict, string Message)[] all = [.. Folders(folder).SelectMany(cases).Select(file =>
        {
            (Verdict verdict, string message) = file.Judge();
            return (file, verdict, message);
        })];
        foreach ((ConformanceCase file, Verdict verdict, string message) in all)
        {
            output.WriteLine($"{verdict,-8} {file.Name,-45} {message}");
        }

        output.WriteLine($"{folder}: {string.Join(", ", Enum.GetValues<Verdict>().Select(verdict => $"{all.Count(file => file.Verdict == verdict)} {verdict}"))}");
        Assert.NotEmpty(all);
        Assert.All(all, file => Assert.True(file.Verdict == Verdict.Right, $"{file.File.Name}: {file.Verdict}, {file.Message}"));
    }

    /// <summary>The folder here, and that of the environment variable, as far as they are there.</summary>
    private static IReadOnlyList<string> Folders(string folder)
    {
        string?[] roots = [Path.Combine(AppContext.BaseDirectory, "GoldenValues"), Environment.GetEnvironmentVariable(Variable)];
        string[] there = [.. roots.OfType<string>().Select(root => Path.Combine(root, folder)).Where(Directory.Exists)];
        Skip.If(there.Length == 0, $"There are no files of {folder}: the environment variable {Variable} names the folder that holds some.");
        return there;
    }
}
