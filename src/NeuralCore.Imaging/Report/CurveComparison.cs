using ScottPlot;

namespace NeuralCore.Imaging.Report;

/// <summary>Learning curves of several trainings over one another.</summary>
/// <param name="Charts">Loss and accuracy, where they have numbers.</param>
/// <param name="IsValidated">Whether the curves are those of validation images, and not of training.</param>
internal sealed record CurveComparison(IReadOnlyList<Chart> Charts, bool IsValidated)
{
    /// <summary>On which images the curves were measured, as the end of a sentence.</summary>
    public string Where => WhereOf(IsValidated);

    /// <summary>Draws the curves.</summary>
    /// <param name="prefix">What the names of the files begin with.</param>
    /// <param name="runs">Each training with its name, at least one, none of them empty.</param>
    public static CurveComparison Of(string prefix, IReadOnlyList<(string Name, LearningCurves Curves)> runs)
    {
        // Validation where every training has it; else what all have.
        bool validated = runs.All(run => run.Curves.ValidationLoss is not null);
        string where = WhereOf(validated);
        Chart?[] charts =
        [
            LearningChart.Compare($"{prefix}-loss", $"Loss {where}", [.. runs.Select(run => (run.Name, validated ? run.Curves.ValidationLoss! : run.Curves.Loss))], Alignment.UpperRight, Words.Short),
            LearningChart.Compare(
                $"{prefix}-accuracy", $"Accuracy {where}", [.. runs.Select(run => (run.Name, validated ? run.Curves.ValidationAccuracy! : run.Curves.Accuracy))], Alignment.LowerRight, Words.ShortPercent),
        ];
        return new([.. charts.OfType<Chart>()], validated);
    }

    private static string WhereOf(bool validated) => validated ? "on the validation images" : "in training";
}
