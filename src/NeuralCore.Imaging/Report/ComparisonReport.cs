using System.Text;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// A page that compares trained models on the same test images: their curves over one another, their numbers, and the images that one recognises and the other does
/// not. It needs no other file; its pictures lie beside it as PNGs.
/// </summary>
public static class ComparisonReport
{
    /// <summary>The name of the page among the files.</summary>
    public const string PageName = "comparison.html";

    /// <summary>Makes the files, the page last.</summary>
    /// <param name="models">The models, at least two, all evaluated on the same images.</param>
    /// <exception cref="ArgumentException">There are fewer than two, or their test images are not the same.</exception>
    public static IReadOnlyList<ReportFile> Create(IReadOnlyList<ReportSubject> models)
    {
        if (models.Count < 2)
        {
            throw new ArgumentException("A comparison takes at least two models.", nameof(models));
        }

        if (models.Any(model => model.Test != models[0].Test))
        {
            throw new ArgumentException("A comparison takes models that were evaluated on the same test images.", nameof(models));
        }

        // Against the best, for each other one: all pairs of many models would be a page that is not read.
        ReportSubject best = models.MaxBy(model => model.Evaluation.Accuracy)!;
        ModelPair[] pairs = [.. models.Where(model => model != best).Select((other, i) => new ModelPair(best, other, models.Count == 2 ? "" : $"-{i + 1}"))];
        (string, LearningCurves)[] curves = [.. models.Where(model => model.Curves is { Epochs: > 0 }).Select(model => (model.Name, model.Curves!))];
        CurveComparison? comparison = curves.Length > 0 ? CurveComparison.Of("comparison", curves) : null;
        string page = ReportPage.Frame(Html.Text($"{string.Join(", ", models.Select(model => model.Name))}: compared"), $"""
            {Header(models, pairs)}
            {Numbers(models)}
            {Curves(comparison, models.Count - curves.Length)}
            {Html.Join(pairs.Select(pair => pair.Write(withVerdict: pairs.Length > 1)))}
            """);
        return
        [
            .. comparison?.Charts.Select(chart => chart.ToPng()) ?? [],
            .. pairs.SelectMany(pair => pair.Galleries).Select(GallerySheet.Draw),
            new ReportFile(PageName, Encoding.UTF8.GetBytes(page)),
        ];
    }

    private static string Header(IReadOnlyList<ReportSubject> models, IReadOnlyList<ModelPair> pairs) => $"""
        <header>
        <p class="eyebrow">{Words.Count(models[0].Test.Count, "test image", "test images")}</p>
        <h1>{models.Count} models compared</h1>
        {Html.Join(pairs.Select(pair => $"<p>{Html.Text(pair.Verdict)}</p>"))}
        </header>
        """;

    private static string Numbers(IReadOnlyList<ReportSubject> models)
    {
        IEnumerable<string> rows = models.Select(model =>
            $"<tr><th scope=\"row\">{Html.Text(model.Name)}</th><td>{Words.Percent(model.Evaluation.Accuracy)}</td><td>{Words.Count(ModelPair.Errors(model))}</td>"
            + $"<td>{Words.Number(model.Evaluation.Loss)}</td><td>{Words.Percent(Calibration.Of(model.Evaluation.Predictions, model.Test).ExpectedError)}</td>"
            + $"<td>{Words.Count(model.Model.Summary.ParameterCount)}</td><td>{(model.Curves is { } curves ? Words.Count(curves.Epochs) : "–")}</td></tr>");
        return $"""
            <section id="numbers">
            <h2>Numbers</h2>
            <div class="scroll" tabindex="0"><table>
            <caption>On the test images. Calibration error: the mean gap between confidence and accuracy.</caption>
            <thead><tr><th scope="col">Model</th><th scope="col">Accuracy</th><th scope="col">Errors</th><th scope="col">Loss</th><th scope="col">Calibration error</th><th scope="col">Parameters</th><th scope="col">Epochs</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            </section>
            """;
    }

    private static string Curves(CurveComparison? comparison, int without) => comparison is null
        ? "<section id=\"curves\"><h2>Training</h2><p>None of the model files has a training history, so there are no curves to show.</p></section>"
        : $"""
            <section id="curves">
            <h2>Training</h2>
            {(without > 0 ? $"<p>{Words.Count(without, "model has", "models have")} no training history.</p>" : "")}
            <div class="pair">
            {Html.Join(comparison.Charts.Select(Html.Figure))}
            </div>
            </section>
            """;
}
