
namespace NeuralCore.Imaging.Report;

/// <summary>How the model was trained.</summary>
internal static class TrainingSection
{
    public static string Write(ReportContent content) => $"""
        <section id="training">
        <h2>Training</h2>
        <p>{Story(content.Subject.Curves)}</p>
        <div class="pair">
        {Html.Join(new[] { content.Loss, content.Accuracy }.OfType<Chart>().Select(Html.Figure))}
        </div>
        </section>
        """;

    private static string Story(LearningCurves? curves)
    {
        if (curves is not { Epochs: > 0 })
        {
            return "The model file has no training history, so there are no curves to show.";
        }

        string epochs = Words.Count(curves.Epochs, "epoch", "epochs");
        if (curves is not { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
        {
            return $"{epochs}. At the end the loss in training was {Words.Number(curves.Loss[^1])}, the accuracy {Words.Percent(curves.Accuracy[^1])}. No images were held out for validation.";
        }

        double[] numbers = [.. loss.Where(double.IsFinite)];
        string lowest = numbers.Length > 0 ? $" The validation loss was lowest after epoch {loss.ToList().IndexOf(numbers.Min()) + 1}." : "";
        return $"{epochs}. At the end the loss was {Words.Number(curves.Loss[^1])} in training and {Words.Number(loss[^1])} on the validation images, "
            + $"the accuracy {Words.Percent(curves.Accuracy[^1])} and {Words.Percent(accuracy[^1])}.{lowest} "
            + "Training numbers are averaged while the weights change, so they lag behind the validation numbers at first.";
    }
}
