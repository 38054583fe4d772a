using System.Globalization;

namespace NeuralCore.Data;

/// <summary>What about data is worth a remark before a training, because the result would be worth less than it seems.</summary>
public static class DatasetRemarks
{
    /// <summary>Looks through the labels of a training and its validation.</summary>
    /// <param name="training">What is trained on.</param>
    /// <param name="validation">What is held out; null if nothing is.</param>
    /// <returns>One sentence for each thing.</returns>
    public static IReadOnlyList<string> OfClasses(IDataset training, IDataset? validation)
    {
        var remarks = new List<string>();
        int[] trained = CountsOf(training), held = validation is null ? new int[trained.Length] : CountsOf(validation);
        int[] present = [.. Enumerable.Range(0, trained.Length).Where(k => trained[k] > 0)];
        if (present.Length == 1)
        {
            remarks.Add($"All {Number(training.Count)} training items are of class {present[0]}, so there is nothing to tell apart.");
        }

        int[] neither = [.. Enumerable.Range(0, trained.Length).Where(k => trained[k] + held[k] == 0)];
        if (neither.Length > 0 && neither.Length < trained.Length)
        {
            remarks.Add($"The training data has no item of {ClassesText(neither)}.");
        }

        int[] heldOnly = [.. Enumerable.Range(0, trained.Length).Where(k => trained[k] == 0 && held[k] > 0)];
        if (heldOnly.Length > 0)
        {
            remarks.Add($"The part that is trained on has no item of {ClassesText(heldOnly)}, which the validation part has: the data seems to be in the order of its classes.");
        }

        int[] trainedOnly = [.. present.Where(k => validation is not null && held[k] == 0)];
        if (trainedOnly.Length > 0)
        {
            remarks.Add($"The validation part has no item of {ClassesText(trainedOnly)}, so it says nothing about {(trainedOnly.Length == 1 ? "that" : "those")}.");
        }

        return remarks;
    }

    /// <summary>Looks for images that say nothing, and for images that are tested with and trained on.</summary>
    /// <param name="training">All images that are trained on or validated with.</param>
    /// <param name="test">The images of the test.</param>
    /// <returns>One sentence for each thing.</returns>
    public static IReadOnlyList<string> OfImages(LabelledImages training, LabelledImages test)
    {
        var remarks = new List<string>();
        if (DatasetInspection.Blank(training) is > 0 and int blank)
        {
            remarks.Add($"{Number(blank)} of the {Number(training.Count)} training images {Are(blank)} blank: all pixels are the same.");
        }

        if (DatasetInspection.Blank(test) is > 0 and int blankTests)
        {
            remarks.Add($"{Number(blankTests)} of the {Number(test.Count)} test images {Are(blankTests)} blank: all pixels are the same.");
        }

        if (DatasetInspection.SharedWith(training, test) is > 0 and int shared)
        {
            remarks.Add($"{Number(shared)} of the {Number(test.Count)} test images {Are(shared)} among the training images, too, so the test flatters the model.");
        }

        return remarks;
    }

    private static int[] CountsOf(IDataset data)
    {
        var counts = new int[data.Classes];
        for (int i = 0; i < data.Count; i++)
        {
            counts[data.Label(i)]++;
        }

        return counts;
    }

    private static string ClassesText(int[] classes)
    {
        string[] names = [.. classes.Take(10).Select(k => k.ToString(CultureInfo.InvariantCulture))];
        string more = classes.Length > 10 ? $" and {classes.Length - 10} more" : string.Empty;
        return classes.Length == 1 ? $"class {names[0]}" : $"the classes {string.Join(", ", names)}{more}";
    }

    private static string Are(int count) => count == 1 ? "is" : "are";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
