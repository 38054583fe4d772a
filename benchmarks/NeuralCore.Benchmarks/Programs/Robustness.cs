using NeuralCore.Benchmarks.Disturbed;
using NeuralCore.Data;
using NeuralCore.Files;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>robustness</c>: the accuracy of saved models on test images that were turned, moved, zoomed, soiled or taken down to 16 x 16
/// pixels, and how much of what plain models lose there augmented ones lose too.
/// </summary>
internal static class Robustness
{
    private const int Seed = 1;
    private const int ValidationImages = 18_000;

    /// <summary>Measures and prints.</summary>
    public static void Run(Options options, TextWriter output)
    {
        (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        string[] plain = Files(options, "--plain"), augmented = Files(options, "--augmented");
        bool validation = options.Flag("--validation", false);
        (LabelledImages source, int first) = validation ? (train, train.Count - ValidationImages) : (test, 0);
        int count = options.Int("--images", source.Count - first, minimum: 1, maximum: source.Count - first);
        options.Done();
        if (plain.Length + augmented.Length == 0)
        {
            throw new UsageException("Name models, --plain FILE[,FILE...] or --augmented FILE[,FILE...].");
        }

        output.WriteLine($"Accuracy on {count:N0} {(validation ? "validation" : "test")} images; {plain.Length} plain and {augmented.Length} augmented models, mean accuracy");
        output.WriteLine();
        output.WriteLine("| images | plain | augmented | points lost, plain | points lost, augmented | part |");
        output.WriteLine("|---|---|---|---|---|---|");
        double[] bests = [double.NaN, double.NaN];
        foreach (Disturbance disturbance in Disturbance.All)
        {
            LabelledImages images = disturbance.Apply(source, first, count, Seed);
            double[] accuracies = [Mean(plain, images), Mean(augmented, images)];
            bests = double.IsNaN(bests[0]) && double.IsNaN(bests[1]) ? accuracies : bests;
            double[] lost = [bests[0] - accuracies[0], bests[1] - accuracies[1]];
            options.Results.Add(
                ("images", disturbance.Name), ("plain_percent", accuracies[0]), ("augmented_percent", accuracies[1]), ("plain_points_lost", lost[0]), ("augmented_points_lost", lost[1]));
            string[] cells =
            [
                disturbance.Name, $"{accuracies[0]:F2}", $"{accuracies[1]:F2}", $"{lost[0]:F2}", $"{lost[1]:F2}",
                lost[0] > 0 ? $"{lost[1] / lost[0]:F2}" : "",
            ];
            output.WriteLine($"| {string.Join(" | ", cells).Replace("NaN", "", StringComparison.Ordinal)} |");
        }
    }

    private static string[] Files(Options options, string name) => options.Text(name, "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static double Mean(string[] files, LabelledImages images) => files.Select(file =>
    {
        using Model model = ModelFile.Load(file);
        return 100 * model.Evaluate(images).Accuracy;
    }).DefaultIfEmpty(double.NaN).Average();
}
