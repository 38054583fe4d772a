using System.Globalization;

namespace NeuralCore.Imaging.Report;

/// <summary>How the model was trained.</summary>
internal static class TrainingSection
{
    public static string Write(ReportContent content) => $"""
        <section id="training">
        <h2>Training</h2>
        <p>{Story(content.Subject.Curves)}</p>
        <div class="pair">
        {Html.Join(new[] { content.Loss, content.Accuracy, content.LearningRate }.OfType<Chart>().Select(Html.Figure))}
        </div>
        {Record(content.Subject.Origin)}
        </section>
        """;

    /// <summary>What has to be known to train the model again.</summary>
    private static string Record(Provenance? origin)
    {
        (string Name, string? Value)[] facts =
        [
            ("Command", origin?.Command is { } command ? $"<code>{Html.Text(command)}</code>" : null),
            ("Seed", origin?.Seed is { } seed ? Html.Text(seed) : null),
            ("Settings", origin is { Settings.Count: > 0 } ? string.Join("; ", origin.Settings.Select(setting => $"<span>{Html.Text(setting.Key)} <b>{Html.Text(setting.Value)}</b></span>")) : null),
            ("Date", origin?.Date?.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("Duration", origin?.Duration is { } duration ? Words.Duration(duration) : null),
            ("Machine", origin?.Machine is { } machine ? Html.Text(machine) : null),
            ("Version", origin?.Version is { } version ? Html.Text($"NeuralCore {version}") : null),
        ];
        IEnumerable<string> known = facts.Where(fact => fact.Value is not null).Select(fact => $"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>");
        return known.Any()
            ? $"""
                <h3>How it was trained</h3>
                <dl class="record">
                {Html.Join(known)}
                </dl>
                """
            : "<p class=\"note\">The model file does not say with which command, settings, machine and version it was trained.</p>";
    }

    private static string Rate(LearningCurves curves) => curves.LearningRate is { Count: > 0 } rates && rates.All(rate => rate == rates[0])
        ? $" The learning rate was {Words.Short(rates[0])} throughout."
        : "";

    private static string Story(LearningCurves? curves)
    {
        if (curves is not { Epochs: > 0 })
        {
            return "The model file has no training history, so there are no curves to show.";
        }

        string epochs = Words.Count(curves.Epochs, "epoch", "epochs");
        if (curves is not { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
        {
            return $"{epochs}. At the end the loss in training was {Words.Number(curves.Loss[^1])}, the accuracy {Words.Percent(curves.Accuracy[^1])}. No images were held out for validation.{Rate(curves)}";
        }

        double[] numbers = [.. loss.Where(double.IsFinite)];
        string lowest = numbers.Length > 0 ? $" The validation loss was lowest after epoch {loss.ToList().IndexOf(numbers.Min()) + 1}." : "";
        return $"{epochs}. At the end the loss was {Words.Number(curves.Loss[^1])} in training and {Words.Number(loss[^1])} on the validation images, "
            + $"the accuracy {Words.Percent(curves.Accuracy[^1])} and {Words.Percent(accuracy[^1])}.{lowest}{Rate(curves)} "
            + "Training numbers are averaged while the weights change, so they lag behind the validation numbers at first.";
    }
}
