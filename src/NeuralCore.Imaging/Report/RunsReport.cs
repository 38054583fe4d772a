using System.Text;

namespace NeuralCore.Imaging.Report;

/// <summary>A page that compares trainings: their curves over one another. It needs no other file; its charts lie beside it as PNGs.</summary>
public static class RunsReport
{
    /// <summary>The name of the page among the files.</summary>
    public const string PageName = "runs.html";

    /// <summary>Makes the files, the page last.</summary>
    /// <param name="runs">Each training with its name and its curves, at least one, none of them empty.</param>
    public static IReadOnlyList<ReportFile> Create(IReadOnlyList<(string Name, LearningCurves Curves)> runs)
    {
        CurveComparison comparison = CurveComparison.Of("runs", runs);
        bool validated = comparison.IsValidated;
        string rows = Html.Join(runs.Select(run =>
            $"<tr><th scope=\"row\">{Html.Text(run.Name)}</th><td>{Words.Count(run.Curves.Epochs)}</td>"
            + $"<td>{Words.Number((validated ? run.Curves.ValidationLoss! : run.Curves.Loss)[^1])}</td><td>{Words.Percent((validated ? run.Curves.ValidationAccuracy! : run.Curves.Accuracy)[^1])}</td></tr>"));
        string body = $"""
            <header><h1>{Words.Count(runs.Count, "training", "trainings")}</h1></header>
            <section>
            <div class="pair">
            {Html.Join(comparison.Charts.Select(Html.Figure))}
            </div>
            <div class="scroll" tabindex="0"><table>
            <caption>After the last epoch, {comparison.Where}.</caption>
            <thead><tr><th scope="col">Training</th><th scope="col">Epochs</th><th scope="col">Loss</th><th scope="col">Accuracy</th></tr></thead>
            <tbody>
            {rows}
            </tbody></table></div>
            </section>
            """;
        return [.. comparison.Charts.Select(chart => chart.ToPng()), new ReportFile(PageName, Encoding.UTF8.GetBytes(ReportPage.Frame("Trainings", body)))];
    }
}
