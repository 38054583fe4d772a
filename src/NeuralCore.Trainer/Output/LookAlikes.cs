using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Output;

/// <summary>Signs that are written alike, so that only their size or the word around them distinguishes them.</summary>
internal static class LookAlikes
{
    /// <summary>Whether the names of any two classes are such signs.</summary>
    public static bool AreIn(ClassNames names, int classes) =>
        Enumerable.Range(0, classes).Any(c => Enumerable.Range(c + 1, classes - c - 1).Any(other => Alphabet.AreAlike(names[c], names[other])));

    /// <summary>The share of items that are predicted as their class, or as one that is written alike.</summary>
    public static double Accuracy(ConfusionMatrix confusion, ClassNames names)
    {
        (long all, long right) = (0, 0);
        for (int label = 0; label < confusion.Classes; label++)
        {
            for (int prediction = 0; prediction < confusion.Classes; prediction++)
            {
                all += confusion[label, prediction];
                right += label == prediction || Alphabet.AreAlike(names[label], names[prediction]) ? confusion[label, prediction] : 0;
            }
        }

        return all == 0 ? double.NaN : (double)right / all;
    }

    /// <summary>The most probable of the classes that are written like the predicted one; null if none of them is probable enough.</summary>
    public static int? Doubt(float[] probabilities, ClassNames names)
    {
        const float LeastDoubt = 0.02f;
        int predicted = Array.IndexOf(probabilities, probabilities.Max());
        int[] alike =
        [
            .. Enumerable.Range(0, probabilities.Length)
                .Where(c => c != predicted && probabilities[c] >= LeastDoubt && Alphabet.AreAlike(names[c], names[predicted])),
        ];
        return alike.Length == 0 ? null : alike.MaxBy(c => probabilities[c]);
    }
}
