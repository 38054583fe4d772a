using ScottPlot;
using ScottPlot.TickGenerators;

namespace NeuralCore.Imaging.Report;

/// <summary>Accuracy by confidence; a calibrated model lies on the diagonal.</summary>
internal static class ReliabilityChart
{
    /// <summary>Draws the chart.</summary>
    public static Chart Draw(Calibration calibration)
    {
        var chart = new Chart(
            "calibration", "Calibration",
            $"Reliability diagram: accuracy by confidence, close to the diagonal where the model is calibrated; the expected calibration error is {Words.Percent(calibration.ExpectedError)}",
            height: 340);
        Plot plot = chart.Plot;
        var diagonal = plot.Add.Line(0, 0, 1, 1);
        diagonal.Color = Palette.Muted.ForChart;
        diagonal.LinePattern = LinePattern.Dashed;
        diagonal.LineWidth = 1;

        CalibrationBin[] filled = [.. calibration.Bins.Where(bin => bin.Count > 0)];
        foreach (CalibrationBin bin in filled)
        {
            (double low, double high) = bin.Interval;
            var interval = plot.Add.Line(bin.Confidence, low, bin.Confidence, high);
            interval.Color = Palette.First.ForChart.WithAlpha(0.45);
            interval.LineWidth = 3;
        }

        var points = plot.Add.Scatter(filled.Select(bin => bin.Confidence).ToArray(), filled.Select(bin => bin.Accuracy).ToArray());
        points.Color = Palette.First.ForChart;
        points.LineWidth = 0;
        points.MarkerSize = 9;

        chart.Label(plot.Axes.Bottom, "confidence");
        chart.Label(plot.Axes.Left, "accuracy");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = Words.ShortPercent };
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = Words.ShortPercent };
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        return chart;
    }
}
