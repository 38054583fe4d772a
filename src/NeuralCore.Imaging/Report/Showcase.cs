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
            Picture(subject.Test, i), $"{subject.NameOf(subject.Test.Label(i))}", Words.Percent(subject.Evaluation.Predictions.Probability(i)),
            $"Test image {i}, correctly predicted as {subject.NameOf(subject.Test.Label(i))}"))]);

    /// <summary>The mistakes, as pictures.</summary>
    public static Gallery MistakenGallery(ReportSubject subject, IEnumerable<int> items) => new(
        "mistakes", "Most confident errors", [.. items.Select(i => Mistake(subject, i))]);

    /// <summary>A misclassified image with its prediction and its class.</summary>
    public static Exhibit Mistake(ReportSubject subject, int item)
    {
        // The words of either half stay together where a narrow column breaks the line.
        return new Exhibit(
            Picture(subject.Test, item), Verdict('\u00A0'), $"{Words.Percent(subject.Evaluation.Predictions.Probability(item))}, no.\u00A0{item}", $"Test image {item}, {Verdict(' ')}");

        string Verdict(char space) =>
            $"predicted{space}{subject.NameOf(subject.Evaluation.Predictions.Class(item))}, actually{space}{subject.NameOf(subject.Test.Label(item))}";
    }

    /// <summary>The images whose answers are explained: recognised ones, and the first mistakes.</summary>
    public static int[] Explained(IEnumerable<int> recognised, IEnumerable<int> mistaken) => [.. recognised, .. mistaken.Take(ExplainedMistakes)];

    /// <summary>The pixels that raise the score of the answer, and those that lower it.</summary>
    public static Gallery SaliencyGallery(ReportSubject subject, IEnumerable<int> items) => new(
        "saliency", "Gradient of the score", [.. items.Select(i =>
        {
            int answer = subject.Evaluation.Predictions.Class(i);
            float[] gradient = subject.Model.InputGradient(NetworkPictures.Item(subject.Test, i), answer);
            return Explanation(
                subject, i, Paint.Saliency(Paint.Brightness(subject.Test, i), Paint.Strongest(gradient, subject.Test.Channels), subject.Test.Width), $"with the pixels marked that change the score of {subject.NameOf(answer)}");
        })]);

    /// <summary>The regions from which the score of the answer comes, by Grad-CAM.</summary>
    public static Gallery RegionGallery(ReportSubject subject, LayerCall layer, IEnumerable<int> items) => new(
        "grad-cam", $"Grad-CAM of {subject.Model.NameOf(layer.Layer)}", [.. items.Select(i =>
        {
            int answer = subject.Evaluation.Predictions.Class(i);
            float[] map = GradCam.Map(subject.Model, layer, NetworkPictures.Item(subject.Test, i), answer);
            return Explanation(
                subject, i, Paint.Regions(Paint.Brightness(subject.Test, i), subject.Test.Width, map, layer.Output.Shape[1]), $"with the regions marked that raise the score of {subject.NameOf(answer)}");
        })]);

    private static Exhibit Explanation(ReportSubject subject, int item, Raster picture, string what)
    {
        string label = subject.NameOf(subject.Test.Label(item));
        return new Exhibit(
            picture, $"score of {subject.NameOf(subject.Evaluation.Predictions.Class(item))}", IsRight(subject, item) ? "correct" : $"actually {label}",
            $"Test image {item}, true class {label}, {what}");
    }

    private static bool IsRight(ReportSubject subject, int item) => subject.Evaluation.Predictions.Class(item) == subject.Test.Label(item);

    private static Raster Picture(LabelledImages images, int item) => Paint.Image(images, item);
}
