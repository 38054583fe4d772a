namespace NeuralCore.Trainer.Output;

/// <summary>Signs that are written alike, so that only their size or the word around them tells which they are.</summary>
internal static class LookAlikes
{
    private static readonly string[] Groups = ["Cc", "Oo0", "Ss", "Vv", "Ww", "Xx", "Zz", "Il1"];

    /// <summary>Whether two classes are called by such signs.</summary>
    public static bool AreAlike(string first, string second) =>
        first.Length == 1 && second.Length == 1 && Groups.Any(group => group.Contains(first[0], StringComparison.Ordinal) && group.Contains(second[0], StringComparison.Ordinal));

    /// <summary>Whether any two of so many classes are.</summary>
    public static bool AreIn(ClassNames names, int classes) =>
        Enumerable.Range(0, classes).Any(c => Enumerable.Range(c + 1, classes - c - 1).Any(other => AreAlike(names[c], names[other])));

    /// <summary>The share of items that are taken for what they are, or for what looks like it.</summary>
    public static double Accuracy(ConfusionMatrix confusion, ClassNames names)
    {
        (long all, long right) = (0, 0);
        for (int label = 0; label < confusion.Classes; label++)
        {
            for (int prediction = 0; prediction < confusion.Classes; prediction++)
            {
                all += confusion[label, prediction];
                right += label == prediction || AreAlike(names[label], names[prediction]) ? confusion[label, prediction] : 0;
            }
        }

        return all == 0 ? double.NaN : (double)right / all;
    }

    /// <summary>The class that looks like the most probable one, and is not improbable either; null if there is none.</summary>
    public static int? Doubt(ReadOnlySpan<float> probabilities, ClassNames names)
    {
        const float LeastDoubt = 0.02f;
        int first = 0;
        for (int c = 1; c < probabilities.Length; c++)
        {
            first = probabilities[c] > probabilities[first] ? c : first;
        }

        int? second = null;
        for (int c = 0; c < probabilities.Length; c++)
        {
            bool isAlike = c != first && probabilities[c] >= LeastDoubt && AreAlike(names[c], names[first]);
            second = isAlike && (second is null || probabilities[c] > probabilities[second.Value]) ? c : second;
        }

        return second;
    }
}
