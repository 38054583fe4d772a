using NeuralCore.Data;

namespace NeuralCore.Imaging.Report;

/// <summary>Chooses the test images that a report shows, always the same ones for the same model.</summary>
internal static class Showcase
{
    private const int MostClasses = 20;
    private const int MostMistakes = 24;
    private const int ExplainedMistakes = 6;

    /// <summary>Of each class the first test image that was recognised.</summary>
    public static int[] Recognised(ReportSubject subject) =>
        [.. Enumerable.Range(0, subject.Test.Count).Where(i => IsRight(subject, i)).DistinctBy(subject.Test.Label).OrderBy(subject.Test.Label).Take(MostClasses)];

    /// <summary>The misclassified test images, the most confident first.</summary>
    public static int[] Mistaken(ReportSubject subject) =>
        [.. Enumerable.Range(0, subject.Test.Count).Where(i => !IsRight(subject, i)).OrderByDescending(subject.Evaluation.Predictions.Probability).Take(MostMistakes)];

    /// <summary>The recognised images, as pictures.</summary>
    public static Gallery RecognisedGallery(ReportSubject subject, IEnumerable<int> items) => new(
        "recognised", "Correct", [.. items.Select(i => new Exhibit(
            Picture(subject.Test, i), $"{subject.Test.Label(i)}", Words.Percent(subject.Evaluation.Predictions.Probability(i)),
            $"Test image {i}, correctly predicted as {subject.Test.Label(i)}"))]);

    /// <summary>The mistakes, as pictures.</summary>
    public static Gallery MistakenGallery(ReportSubject subject, IEnumerable<int> items) => new(
        "mistakes", "Most confident errors", [.. items.Select(i => new Exhibit(
            Picture(subject.Test, i), $"predicted {subject.Evaluation.Predictions.Class(i)}, actually {subject.Test.Label(i)}",
            $"{Words.Percent(subject.Evaluation.Predictions.Probability(i))}, no.\u00A0{i}",
            $"Test image {i}, predicted {subject.Evaluation.Predictions.Class(i)}, actually {subject.Test.Label(i)}"))]);

    /// <summary>What speaks for and against the answer, of recognised images and of the first mistakes.</summary>
    public static Gallery SaliencyGallery(ReportSubject subject, IEnumerable<int> recognised, IEnumerable<int> mistaken) => new(
        "saliency", "What the score depends on", [.. recognised.Concat(mistaken.Take(ExplainedMistakes)).Select(i =>
        {
            int answer = subject.Evaluation.Predictions.Class(i);
            float[] gradient = subject.Model.InputGradient(NetworkPictures.Item(subject.Test, i), answer);
            bool isRight = IsRight(subject, i);
            return new Exhibit(
                Paint.Saliency(subject.Test.Pixels(i), gradient, subject.Test.Width), $"score of {answer}", isRight ? "correct" : $"actually {subject.Test.Label(i)}",
                $"Test image {i}, true class {subject.Test.Label(i)}, with the pixels marked that change the score of {answer}");
        })]);

    private static bool IsRight(ReportSubject subject, int item) => subject.Evaluation.Predictions.Class(item) == subject.Test.Label(item);

    private static Raster Picture(LabelledImages images, int item) => Paint.Ink(images.Pixels(item), images.Width);
}
