using ScottPlot;
using ScottPlot.TickGenerators;

namespace NeuralCore.Imaging.Report;

/// <summary>The confusion matrix as a picture; the page has it as a table, which can be read aloud.</summary>
internal static class ConfusionChart
{
    /// <summary>Draws the chart: rows are labels, columns are predictions.</summary>
    public static Chart Draw(ConfusionMatrix confusion)
    {
        int classes = confusion.Classes;
        var chart = new Chart("confusion", "Confusion matrix. Rows: true class; columns: prediction.", "", 560, 560);
        Plot plot = chart.Plot;
        var shading = new ConfusionShading(confusion);
        for (int label = 0; label < classes; label++)
        {
            for (int prediction = 0; prediction < classes; prediction++)
            {
                (ReportColor color, double strength) = shading.Of(label, prediction);
                var cell = plot.Add.Rectangle(prediction - 0.48, prediction + 0.48, label - 0.48, label + 0.48);
                cell.FillColor = color.ForChart.WithAlpha(strength);
                cell.LineWidth = 0;
                int count = confusion[label, prediction];
                var text = plot.Add.Text(count == 0 ? "·" : $"{count}", prediction, label);
                text.LabelFontName = ReportFont.Family;
                text.LabelFontSize = 13;
                text.LabelFontColor = (count == 0 ? Palette.Muted : Palette.Ink).ForChart;
                text.LabelAlignment = Alignment.MiddleCenter;
            }
        }

        double[] places = [.. Enumerable.Range(0, classes).Select(i => (double)i)];
        string[] names = [.. Enumerable.Range(0, classes).Select(i => $"{i}")];
        plot.Axes.Bottom.TickGenerator = new NumericManual(places, names);
        plot.Axes.Left.TickGenerator = new NumericManual(places, names);
        chart.Label(plot.Axes.Bottom, "prediction");
        chart.Label(plot.Axes.Left, "true class");
        plot.HideGrid();

        // The first class stands on top, as in every table.
        plot.Axes.SetLimits(-0.5, classes - 0.5, classes - 0.5, -0.5);
        return chart;
    }
}
