using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>How many photos of a digit each a model reads right. The folder's <c>labels.csv</c> names a file and its digit in each row.</summary>
internal static class Photos
{
    /// <summary>Reads all photos of a folder and prints the score and the mistakes.</summary>
    public static void Run(Options options, TextWriter output)
    {
        string path = options.Text("--model", "digit_recogniser_model.safetensors");
        string folder = options.Text("--folder", ".");
        string[] where = options.Text("--where", "").Split('=');
        options.Done();
        using Model model = ModelFile.Load(path);
        (int right, int count, double trueProbability) = (0, 0, 0);
        foreach ((string file, int label) in Labels(folder, where))
        {
            count++;
            float[]? probabilities = Predict(model, Path.Combine(folder, file));
            int digit = probabilities is null ? -1 : Array.IndexOf(probabilities, probabilities.Max());
            trueProbability += probabilities?[label] ?? 0;
            right += digit == label ? 1 : 0;
            options.Results.Add(("file", file), ("label", label), ("predicted", digit < 0 ? null : digit), ("probability", digit < 0 ? null : (double)probabilities![digit]));
            if (digit != label)
            {
                output.WriteLine(digit < 0 ? $"{file}: no ink, is {label}" : $"{file}: {digit} ({probabilities![digit]:0.0%}), is {label}");
            }
        }

        output.WriteLine($"{right} of {count} right, mean probability of what it is {trueProbability / Math.Max(count, 1):0.000}");
    }

    private static float[]? Predict(Model model, string file)
    {
        GrayImage? digit = DigitPipeline.Run(ImageFile.Read(file))?.Picture;
        return digit is null ? null : model.Predict(digit.ToBytes());
    }

    /// <summary>The rows whose label is one digit and that hold a value in a column, if one is asked for.</summary>
    private static IEnumerable<(string File, int Label)> Labels(string folder, string[] where)
    {
        string path = Path.Combine(folder, "labels.csv");
        if (!File.Exists(path))
        {
            throw new DataFileException(path, $"There is no file '{path}'; name a folder with photos and their labels by --folder.");
        }

        string[][] rows = [.. File.ReadLines(path).Select(row => row.Split(','))];
        int column = where.Length == 2 ? Array.IndexOf(rows[0], where[0]) : -1;
        if (where is not [""] && column < 0)
        {
            throw new UsageException($"--where takes NAME=VALUE with a column of '{path}', not '{string.Join('=', where)}'.");
        }

        return rows.Skip(1)
            .Where(row => row[1].Length == 1 && (column < 0 || row[column] == where[1]))
            .Select(row => (row[0], row[1][0] - '0'));
    }
}
