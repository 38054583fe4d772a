using System.Text;
using ScottPlot;

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
        // Validation where every training has it; else what all have.
        bool validated = runs.All(run => run.Curves.ValidationLoss is not null);
        string where = validated ? "on the validation images" : "in training";
        Chart?[] charts =
        [
            LearningChart.Compare("runs-loss", $"Loss {where}", [.. runs.Select(run => (run.Name, validated ? run.Curves.ValidationLoss! : run.Curves.Loss))], Alignment.UpperRight, Words.Short),
            LearningChart.Compare(
                "runs-accuracy", $"Accuracy {where}", [.. runs.Select(run => (run.Name, validated ? run.Curves.ValidationAccuracy! : run.Curves.Accuracy))], Alignment.LowerRight, Words.ShortPercent),
        ];
        string rows = Html.Join(runs.Select(run =>
            $"<tr><th scope=\"row\">{Html.Text(run.Name)}</th><td>{Words.Count(run.Curves.Epochs)}</td><td>{Words.Number((run.Curves.ValidationLoss ?? run.Curves.Loss)[^1])}</td><td>{Words.Percent((run.Curves.ValidationAccuracy ?? run.Curves.Accuracy)[^1])}</td></tr>"));
        string body = $"""
            <header><h1>{Words.Count(runs.Count, "training", "trainings")}</h1></header>
            <section>
            <div class="pair">
            {Html.Join(charts.OfType<Chart>().Select(Html.Figure))}
            </div>
            <table><thead><tr><th>Training</th><th>Epochs</th><th>Loss</th><th>Accuracy</th></tr></thead><tbody>
            {rows}
            </tbody></table>
            <p>At the end, on the validation images where there were any, else in training.</p>
            </section>
            """;
        return [.. charts.OfType<Chart>().Select(chart => chart.ToPng()), new ReportFile(PageName, Encoding.UTF8.GetBytes(ReportPage.Frame("Trainings", body)))];
    }
}
