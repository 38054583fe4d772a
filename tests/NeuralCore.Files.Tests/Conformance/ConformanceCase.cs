using System.Globalization;
using System.Text.Json;
using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Files.Tests.Conformance;

/// <summary>What became of one file of another program's.</summary>
internal enum Verdict
{
    /// <summary>It gives what its maker says.</summary>
    Right,

    /// <summary>It was refused in one sentence.</summary>
    Refused,

    /// <summary>It gives something else, or fails in another way.</summary>
    Wrong,
}

/// <summary>One file and what is to come of it.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Run">Opens it and compares; the returned text tells how far off it is, in parts of its tolerance.</param>
internal sealed record ConformanceCase(string Name, Func<double> Run)
{
    /// <summary>Runs it.</summary>
    public (Verdict Verdict, string Message) Judge()
    {
        try
        {
            double error = Run();
            return (error <= 1 ? Verdict.Right : Verdict.Wrong, string.Create(CultureInfo.InvariantCulture, $"{error:0.###} of the tolerance"));
        }
        catch (DataFileException refusal)
        {
            return (Verdict.Refused, refusal.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return (Verdict.Wrong, $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n')[0].Trim()}");
        }
    }
}

/// <summary>The cases of a folder of files with what their makers say they give.</summary>
internal static class ConformanceCases
{
    private static readonly string[] Extensions = [".h5", ".keras", ".onnx"];

    /// <summary>Networks of digits: <c>NAME.expected.json</c> holds the probabilities of MNIST's first test images.</summary>
    public static IEnumerable<ConformanceCase> Digits(string folder) => Files(folder).Where(path => Has(path, "probabilities"))
        .Select(path => new ConformanceCase(Path.GetFileName(path), () => Digits(path, ModelFile.Load(path))));

    /// <summary>A network of digits that is there already.</summary>
    public static ConformanceCase DigitsOf(string path, Model model) => new(Path.GetFileName(path), () => Digits(path, model));

    /// <summary>Networks of any kind: <c>NAME.expected.json</c> holds inputs and outputs by name.</summary>
    public static IEnumerable<ConformanceCase> Graphs(string folder, bool channelsFirst) => Files(folder).Where(path => Has(path, "inputs"))
        .Select(path => new ConformanceCase(Path.GetFileName(path), () => Graph(path, channelsFirst)));

    /// <summary>Weights alone, with the network as JSON beside them.</summary>
    public static IEnumerable<ConformanceCase> Weights(string folder) => Directory.EnumerateFiles(folder, "*.weights.h5").Order()
        .Select(path => new ConformanceCase(Path.GetFileName(path), () => Digits(
            path.Replace(".weights", "", StringComparison.Ordinal),
            ModelFile.Load(path, architecture: path.Replace(".weights.h5", ".json", StringComparison.Ordinal)))));

    /// <summary>Networks in the middle of their training, with what two more steps make of their weights.</summary>
    public static IEnumerable<ConformanceCase> Trainings(string folder) => Files(folder).Where(path => Has(path, "weights"))
        .Select(path => new ConformanceCase(Path.GetFileName(path), () => Training(path)));

    /// <summary>Files that are to be refused, with a part of the reason: a name, or several that will do.</summary>
    public static IReadOnlyList<(ConformanceCase Case, string[] Names)> Refused(string folder) =>
    [
        .. File.ReadAllLines(Path.Combine(folder, "NAMES")).Select(line => line.Split(':')).Where(parts => parts.Length == 2).Select(parts =>
            (new ConformanceCase(parts[0], () => Digits(parts[0], ModelFile.Load(Path.Combine(folder, parts[0])))), parts[1].Trim().Split('|'))),
    ];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder).Where(path => Extensions.Contains(Path.GetExtension(path))).Order();

    private static string Expected(string path) => Path.ChangeExtension(path, ".expected.json");

    private static bool Has(string path, string property) => File.Exists(Expected(path)) && JsonOf(Expected(path)).TryGetProperty(property, out _);

    private static JsonElement JsonOf(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static double Digits(string path, Model model)
    {
        using Model loaded = model;
        JsonElement expected = JsonOf(Expected(path));
        double tolerance = Tolerance(expected), worst = 0;
        LabelledImages images = Mnist.LoadTest(Mnist.FindDirectory());
        foreach ((int image, JsonElement row) in expected.GetProperty("probabilities").EnumerateArray().Index())
        {
            float[] given = loaded.Predict(images.Pixels(image));
            worst = Math.Max(worst, Error([.. row.EnumerateArray().Select(value => value.GetDouble())], given) / tolerance);
        }

        return worst;
    }

    private static double Graph(string path, bool channelsFirst)
    {
        using Model model = ModelFile.Load(path, unsaid: Preprocessing.None, probabilities: false);
        JsonElement expected = JsonOf(Expected(path));
        JsonElement[] inputs = [.. expected.GetProperty("inputs").EnumerateObject().Select(input => input.Value)], outputs = [.. expected.GetProperty("outputs").EnumerateObject().Select(output => output.Value)];
        float[][] given = AnyNetwork.Run(model, [.. inputs.Select(input => ChannelsLast(Floats(input), Dims(input), channelsFirst))], Dims(inputs[0])[0]);
        Assert.Equal(outputs.Length, given.Length);
        double worst = 0;
        foreach ((JsonElement output, float[] values) in outputs.Zip(given))
        {
            double[] wanted = Array.ConvertAll(ChannelsLast(Floats(output), Dims(output), channelsFirst), value => (double)value);
            worst = Math.Max(worst, Error(wanted, values) / (Tolerance(expected) * wanted.Max(Math.Abs)));
        }

        return worst;
    }

    private static double Training(string path)
    {
        using Model model = ModelFile.Load(path);
        LabelledImages images = Mnist.Load(Mnist.FindDirectory()).Train;
        for (int step = 0; step < 2; step++)
        {
            model.Fit(new DatasetSlice(images, 32 + (step * 16), 16), batchSize: 16);
        }

        JsonElement expected = JsonOf(Expected(path));
        double worst = 0;
        foreach (JsonProperty weight in expected.GetProperty("weights").EnumerateObject())
        {
            double[] wanted = Array.ConvertAll(Floats(weight.Value), value => (double)value);
            float[] values = model.Parameters.Single(parameter => parameter.Name == weight.Name).Read();
            worst = Math.Max(worst, Error(wanted, values) / (Tolerance(expected) * wanted.Max(Math.Abs)));
        }

        return worst;
    }

    private static double Tolerance(JsonElement expected) => expected.TryGetProperty("tolerance", out JsonElement tolerance) ? tolerance.GetDouble() : 5e-6;

    private static int[] Dims(JsonElement tensor) => [.. tensor.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())];

    private static float[] Floats(JsonElement tensor) => [.. tensor.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];

    private static float[] ChannelsLast(float[] values, int[] dims, bool channelsFirst) => channelsFirst && dims.Length == 4 ? Images.ToChannelsLast(values, dims) : values;

    private static double Error(double[] wanted, float[] given)
    {
        Assert.Equal(wanted.Length, given.Length);
        double worst = 0;
        foreach ((double left, float right) in wanted.Zip(given))
        {
            worst = double.IsNaN(right) ? double.PositiveInfinity : Math.Max(worst, Math.Abs(left - right));
        }

        return worst;
    }
}
