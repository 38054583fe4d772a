using NeuralCore.Training;

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
            return "The file of this model holds no history of its training, so there are no curves to show.";
        }

        string epochs = Words.Count(curves.Epochs, "epoch", "epochs");
        string end = $"{epochs}, at the end of which the loss was {Words.Number(curves.Loss[^1])} and the accuracy {Words.Percent(curves.Accuracy[^1])} in training";
        if (curves is not { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
        {
            return $"{end}. No images were held out for validation.";
        }

        string validation = $"{end}, {Words.Number(loss[^1])} and {Words.Percent(accuracy[^1])} on the validation images";
        return loss.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min() is double lowest && double.IsFinite(lowest)
            ? $"{validation}. The validation loss was lowest after epoch {loss.ToList().IndexOf(lowest) + 1}. Training accuracy is measured while dropout is at work and the weights still change, so it can lie below that of the validation."
            : $"{validation}.";
    }
}
