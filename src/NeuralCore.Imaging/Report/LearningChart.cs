using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace NeuralCore.Imaging.Report;

/// <summary>A quantity by epoch, in training and in validation.</summary>
internal static class LearningChart
{
    /// <summary>Draws the chart, or null where no number is left to draw.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="title">What the quantity is called.</param>
    /// <param name="training">Its values in training, one an epoch.</param>
    /// <param name="validation">Its values in validation; null where there was none.</param>
    /// <param name="legend">Where the lines leave room for a legend.</param>
    /// <param name="format">How a value is written.</param>
    /// <param name="tick">How a value is written at the axis.</param>
    public static Chart? Draw(
        string name, string title, IReadOnlyList<double> training, IReadOnlyList<double>? validation, Alignment legend,
        Func<double, string> format, Func<double, string> tick)
    {
        (string, IReadOnlyList<double>, ReportColor)[] lines = validation is null
            ? [("training", training, Palette.First)]
            : [("training", training, Palette.First), ("validation", validation, Palette.Second)];
        return Draw(name, title, Describe(title, training, validation, format), lines, legend, tick);
    }

    /// <summary>Draws one quantity of several trainings, or gives null where no number is left to draw.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="title">What the quantity is called.</param>
    /// <param name="lines">The name of each training, and the quantity's values, one an epoch.</param>
    /// <param name="legend">Where the lines leave room for a legend.</param>
    /// <param name="tick">How a value is written at the axis.</param>
    public static Chart? Compare(string name, string title, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lines, Alignment legend, Func<double, string> tick) => Draw(
        name, title, $"Line chart of the {title.ToLowerInvariant()} by epoch, of {string.Join(", ", lines.Select(line => line.Name))}",
        [.. lines.Select((line, i) => (line.Name, line.Values, Palette.OfSeries(i)))], legend, tick);

    /// <summary>Draws the learning rate over the epochs, or gives null where it is not known or does not change.</summary>
    public static Chart? DrawRate(LearningCurves curves)
    {
        if (curves.LearningRate is not { Count: > 0 } rates || !rates.All(double.IsFinite) || rates.All(rate => rate == rates[0]))
        {
            return null;
        }

        double perEpoch = (double)rates.Count / curves.Epochs;
        var chart = new Chart(
            "learning-rate", "Learning rate",
            $"Line chart of the learning rate by epoch: from {Words.Short(rates[0])} to {Words.Short(rates[^1])}, at most {Words.Short(rates.Max())}", height: 220);
        Add(chart.Plot, [.. rates.Select((rate, i) => (i / perEpoch, rate))], Palette.First, markerSize: 0);
        return Finish(chart, Words.Short);
    }

    private static Chart? Draw(
        string name, string title, string description, (string Name, IReadOnlyList<double> Values, ReportColor Color)[] lines, Alignment legend, Func<double, string> tick)
    {
        if (!lines.SelectMany(line => line.Values).Any(double.IsFinite))
        {
            return null;
        }

        var chart = new Chart(name, title, description);
        foreach ((string line, IReadOnlyList<double> values, ReportColor color) in lines)
        {
            // An epoch whose value is no number is left out.
            (double, double)[] points = [.. values.Select((value, i) => (i + 1.0, value)).Where(point => double.IsFinite(point.value))];
            Add(chart.Plot, points, color, markerSize: points.Length > 30 ? 0 : 6).LegendText = line;
        }

        chart.Plot.ShowLegend(legend);
        return Finish(chart, tick);
    }

    private static Chart Finish(Chart chart, Func<double, string> tick)
    {
        chart.Label(chart.Plot.Axes.Bottom, "epoch");
        chart.Plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        chart.Plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = tick };
        chart.Plot.Grid.XAxisStyle.IsVisible = false;
        return chart;
    }

    private static Scatter Add(Plot plot, (double Epoch, double Value)[] points, ReportColor color, float markerSize)
    {
        Scatter line = plot.Add.Scatter(points.Select(point => point.Epoch).ToArray(), points.Select(point => point.Value).ToArray());
        line.Color = color.ForChart;
        line.LineWidth = 2;
        line.MarkerSize = markerSize;
        return line;
    }

    private static string Describe(string title, IReadOnlyList<double> training, IReadOnlyList<double>? validation, Func<double, string> format)
    {
        string text = $"Line chart of the {title.ToLowerInvariant()} by epoch: in training from {format(training[0])} to {format(training[^1])}";
        return validation is null ? text : $"{text}, in validation from {format(validation[0])} to {format(validation[^1])}";
    }
}
